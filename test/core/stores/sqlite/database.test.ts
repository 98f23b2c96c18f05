import { test } from "tap";
import { StoreUnavailable } from "../../../../core/contracts/errors.js";
import { Database } from "../../../../core/stores/sqlite/database.js";
import { newFile, type Ends } from "./files.js";

test("writes that wait together are one transaction", async (t) => {
  const database = await open(t);
  const transactions = await Promise.all(
    [1, 2, 3].map((value) => database.write(() => (insert(database, value), total(database)))),
  );
  t.same(transactions, [1, 3, 6]);
  const version = () => (database.pragma("data_version") as [{ data_version: number }])[0].data_version;
  t.equal(version(), version());
  t.equal(await database.read(() => total(database)), 6);
});

test("a write that throws undoes only itself", async (t) => {
  const database = await open(t);
  const writes = [1, 2, 3].map((value) =>
    database.write(() => {
      insert(database, value);
      if (value === 2) throw new Error("no");
      return value;
    }),
  );
  const [first, second, third] = await Promise.allSettled(writes);
  t.match(first, { value: 1 });
  t.match(second, { status: "rejected", reason: { message: "no" } });
  t.match(third, { value: 3 });
  t.equal(total(database), 4);
});

test("a write that asks for what cannot be is a defect, not an outage", async (t) => {
  const database = await open(t);
  await database.write(() => insert(database, 1));
  await t.rejects(
    database.write(() => insert(database, 1)),
    { code: /^SQLITE_CONSTRAINT/ },
  );
});

test("another process's lock is waited for, with the event loop free", async (t) => {
  const file = await newFile(t);
  const database = await open(t, file);
  const other = new Database(file);
  t.teardown(async () => other.close());
  other.run("BEGIN IMMEDIATE");
  let settled = false;
  const write = database.write(() => insert(database, 1)).finally(() => (settled = true));
  await turns();
  const later = database.write(() => insert(database, 2));
  t.equal(settled, false);
  other.run("COMMIT");
  await Promise.all([write, later]);
  t.equal(total(other), 3);
});

test("patience with another process's lock ends", async (t) => {
  const file = await newFile(t);
  const database = await open(t, file, { busyTimeout: 1, patience: 30 });
  const other = new Database(file);
  t.teardown(async () => other.close());
  other.run("BEGIN IMMEDIATE");
  const refused = await Promise.allSettled([1, 2].map((value) => database.write(() => insert(database, value))));
  for (const one of refused) t.ok(one.status === "rejected" && one.reason instanceof StoreUnavailable);
  other.run("ROLLBACK");
  await database.write(() => insert(database, 3));
  t.equal(total(database), 3);
});

test("a write that is too large for the disk is an outage for itself alone", async (t) => {
  const database = await open(t);
  database.pragma("max_page_count = 20");
  const large = database.write(() => database.run(`INSERT INTO texts VALUES ('${"x".repeat(200_000)}')`));
  const small = database.write(() => insert(database, 1));
  await t.rejects(large, { name: "StoreUnavailable", cause: { code: "SQLITE_FULL" } });
  await small;
  t.equal(total(database), 1);
});

test("a commit that fails writes nothing", async (t) => {
  const database = await open(t);
  database.run("CREATE TABLE child (id INTEGER REFERENCES numbers (value) DEFERRABLE INITIALLY DEFERRED)");
  database.pragma("foreign_keys = ON");
  const writes = [
    database.write(() => insert(database, 1)),
    database.write(() => database.run("INSERT INTO child VALUES (7)")),
  ];
  for (const one of await Promise.allSettled(writes)) t.equal(one.status, "rejected");
  t.equal(total(database), 0);
  await database.write(() => insert(database, 2));
  t.equal(total(database), 2);
});

test("closing commits what waits and refuses what comes later", async (t) => {
  const file = await newFile(t);
  const database = await open(t, file);
  const write = database.write(() => insert(database, 1));
  database.close();
  database.close();
  await write;
  await t.rejects(
    database.write(() => undefined),
    StoreUnavailable,
  );
  await t.rejects(
    database.read(() => undefined),
    StoreUnavailable,
  );
  await database.emptyLog();
  const again = new Database(file);
  t.equal(total(again), 1);
  again.close();
});

test("closing does not wait for another process", async (t) => {
  const file = await newFile(t);
  const database = await open(t, file, { busyTimeout: 1 });
  const other = new Database(file);
  t.teardown(async () => other.close());
  other.run("BEGIN IMMEDIATE");
  const write = database.write(() => insert(database, 1));
  const refused = t.rejects(write, { name: "StoreUnavailable", message: "The store is closed" });
  database.close();
  await refused;
});

test("reading outside of a write that cannot be done now is an outage", async (t) => {
  const database = await open(t);
  const full = () => {
    database.pragma("max_page_count = 1");
    return database.run(`INSERT INTO texts VALUES ('${"x".repeat(200_000)}')`);
  };
  await t.rejects(database.read(full), StoreUnavailable);
});

interface Options {
  busyTimeout?: number;
  patience?: number;
}

async function open(t: Ends, file?: string, options: Options = {}): Promise<Database> {
  const database = new Database(file ?? (await newFile(t)), { busyTimeout: 5, ...options });
  t.teardown(async () => database.close());
  database.run(
    "CREATE TABLE numbers (value INTEGER NOT NULL PRIMARY KEY) STRICT; CREATE TABLE texts (value TEXT) STRICT",
  );
  return database;
}

function insert(database: Database, value: number): void {
  database.statement("INSERT INTO numbers VALUES (?)").run(value);
}

function total(database: Database): number {
  return (database.statement<{ sum: number }>("SELECT total(value) AS sum FROM numbers").get() as { sum: number }).sum;
}

/** Lets timers and immediates of the code under test have their turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
