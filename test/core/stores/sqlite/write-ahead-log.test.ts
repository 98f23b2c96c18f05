import { existsSync, statSync } from "node:fs";
import { test } from "tap";
import { Database, type DatabaseOptions } from "../../../../core/stores/sqlite/database.js";
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
  const { database, file } = await open(t);
  const { pragma } = database;
  database.pragma = () => {
    throw new Error("I/O");
  };
  await fill(database, 9);
  database.pragma = pragma;
  const before = statSync(file).size;
  await fill(database, 1);
  t.ok(statSync(file).size > before + 8e6);
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
  await fill(database, 9);
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

async function fill(database: Database, megabytes: number): Promise<void> {
  const text = "x".repeat(256 * page);
  await database.write(() => {
    for (let written = 0; written < megabytes; written++) database.statement("INSERT INTO texts VALUES (?)").run(text);
  });
  // The log is copied after the answer is out.
  await new Promise((resolve) => setImmediate(resolve));
}
