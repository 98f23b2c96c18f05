import { existsSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { test } from "tap";
import { Database, type DatabaseOptions } from "../../../../core/stores/sqlite/database.js";
import { WriteAheadLog } from "../../../../core/stores/sqlite/write-ahead-log.js";
import { newFile, type Ends } from "./files.js";

const page = 4096;

test("the log is copied into the file when it is long, and begins anew", async (t) => {
  const { database, file } = await open(t);
  for (let megabytes = 0; megabytes < 40; megabytes += 4) await fill(database, 4);
  t.ok(statSync(file).size > 24e6, "most of it is in the file");
  t.ok(statSync(`${file}-wal`).size < 20e6, "the log does not grow on");
});

test("a log that a reader has kept from beginning anew is emptied once it can be", async (t) => {
  const { database, file } = await open(t, { busyTimeout: 1 });
  const reader = read(t, file);
  for (let megabytes = 0; megabytes < 72; megabytes += 8) await fill(database, 8);
  t.ok(statSync(`${file}-wal`).size > 64e6);
  reader.run("COMMIT");
  await fill(database, 9);
  t.ok(statSync(`${file}-wal`).size < 20e6);
});

test("a copy that fails is made up for by the next", async (t) => {
  const modes: string[] = [];
  const log = new WriteAheadLog(
    {
      pragma(text: string) {
        modes.push(text);
        if (modes.length === 2) throw new Error("I/O");
        return [{ busy: 0, log: 2_500 }];
      },
    },
    "nowhere",
  );
  const asked = (): boolean => Array.from({ length: 64 }, () => log.isLong()).includes(true);
  t.ok(asked());
  t.ok(log.copy());
  t.ok(asked(), "what was not copied is copied now");
  t.ok(log.copy());
  t.notOk(asked());
  t.strictSame(
    modes,
    ["NOOP", "PASSIVE", "NOOP", "PASSIVE", "NOOP"].map((mode) => `wal_checkpoint(${mode})`),
  );
});

test("what is read is not told before it is on the disk", async (t) => {
  const { database } = await open(t);
  const order: string[] = [];
  const written = database
    .write(() => database.run("INSERT INTO texts VALUES ('a')"))
    .then(() => order.push("written"));
  const count = (): unknown => database.statement("SELECT count(*) AS count FROM texts").get();
  await new Promise((resolve) => setImmediate(resolve));
  const read = database.read(count).then((row) => order.push(`read ${JSON.stringify(row)}`));
  await Promise.all([written, read]);
  t.strictSame(order, ["written", 'read {"count":1}']);
});

test("what is written while the disk is busy is committed afterwards", async (t) => {
  const { database } = await open(t);
  const write = (): Promise<unknown> => database.write(() => database.run("INSERT INTO texts VALUES ('a')"));
  const first = write();
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, write(), write()]);
  t.strictSame(await database.read(() => database.statement("SELECT count(*) AS count FROM texts").get()), {
    count: 3,
  });
});

test("once a sync has failed, nothing is answered any more", async (t) => {
  const { database, file } = await open(t);
  await rm(`${file}-wal`);
  const write = (): Promise<unknown> => database.write(() => database.run("INSERT INTO texts VALUES ('a')"));
  await t.rejects(write(), {
    name: "StoreDamaged",
    message: /The disk did not take what was written to .*ENOENT.* Stop/,
  });
  await t.rejects(write(), { name: "StoreDamaged" });
  await t.rejects(
    database.read(() => 1),
    { name: "StoreDamaged" },
  );
});

test("closing waits for the disk itself", async (t) => {
  const { database, file } = await open(t);
  const write = (): Promise<unknown> => database.write(() => database.run("INSERT INTO texts VALUES ('a')"));
  const first = write();
  await new Promise((resolve) => setImmediate(resolve));
  const second = write();
  database.close();
  await Promise.all([first, second]);
  const again = new Database(file);
  t.teardown(async () => again.close());
  t.strictSame(await again.read(() => again.statement("SELECT count(*) AS count FROM texts").get()), { count: 2 });
});

test("the log can be emptied", async (t) => {
  const { database, file } = await open(t);
  await fill(database, 1);
  await database.emptyLog();
  t.equal(statSync(`${file}-wal`).size, 0);
});

test("emptying the log waits for readers, but not for ever", async (t) => {
  const { database, file } = await open(t, { busyTimeout: 1, patience: 60 });
  await fill(database, 1);
  const reader = read(t, file);
  await fill(database, 1);
  await database.emptyLog();
  t.not(statSync(`${file}-wal`).size, 0);
  const emptied = database.emptyLog();
  reader.run("COMMIT");
  await emptied;
  t.equal(statSync(`${file}-wal`).size, 0);
});

test("a log that could not be emptied is emptied when it is copied next", async (t) => {
  const { database, file } = await open(t, { busyTimeout: 1, patience: 1 });
  await fill(database, 1);
  const reader = read(t, file);
  await fill(database, 1);
  await database.emptyLog();
  reader.run("COMMIT");
  await fill(database, 0.25);
  t.equal(statSync(`${file}-wal`).size, 0);
});

test("nothing is left beside a file that was closed", async (t) => {
  const { database, file } = await open(t);
  await fill(database, 1);
  database.close();
  t.notOk(existsSync(`${file}-wal`));
});

async function open(t: Ends, options: DatabaseOptions = {}): Promise<{ database: Database; file: string }> {
  const file = await newFile(t);
  const database = new Database(file, options);
  t.teardown(async () => database.close());
  database.run("CREATE TABLE texts (value TEXT) STRICT");
  return { database, file };
}

/** Another process in the middle of reading. */
function read(t: Ends, file: string): Database {
  const reader = new Database(file);
  t.teardown(async () => reader.close());
  reader.run("BEGIN; SELECT count(*) FROM texts");
  reader.statement("SELECT count(*) FROM texts").get();
  return reader;
}

/** In commits of a quarter of a megabyte. */
async function fill(database: Database, megabytes: number): Promise<void> {
  const text = "x".repeat(64 * page);
  for (let written = 0; written < megabytes * 4; written++) {
    await database.write(() => database.statement("INSERT INTO texts VALUES (?)").run(text));
  }
  // The log is copied after the answer is out.
  await new Promise((resolve) => setImmediate(resolve));
}
