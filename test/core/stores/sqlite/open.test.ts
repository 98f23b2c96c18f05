import { statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "tap";
import { Database } from "../../../../core/stores/sqlite/database.js";
import { requireVersion } from "../../../../core/stores/sqlite/file.js";
import { migrate, migrations } from "../../../../core/stores/sqlite/migrations.js";
import { newFile, openStore } from "./files.js";

test("a missing file is made, for this user only", async (t) => {
  const file = join(await newFile(t), "below", "furrow.db");
  await openStore(t, { file });
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.equal(statSync(`${file}-wal`).mode & 0o777, 0o600);
  t.equal(statSync(join(file, "..")).mode & 0o777, 0o700);
});

test("a secret is the same when the store is opened again, and next to it", async (t) => {
  const file = await newFile(t);
  const first = await openStore(t, { file });
  const secret = await first.secret("links");
  const beside = await openStore(t, { file });
  t.same(await beside.secret("links"), secret);
  await Promise.all([first.close(), beside.close()]);
  t.same(await (await openStore(t, { file })).secret("links"), secret);
});

test("a suppression holds when the store is opened again", async (t) => {
  const file = await newFile(t);
  const first = await openStore(t, { file });
  await first.contacts.suppress("acme", "ada@example.com", "bounced", 0);
  await first.close();
  const { database } = await openStore(t, { file });
  t.equal(database.statement("SELECT 1 FROM suppressions WHERE reason = 'bounced'").all().length, 1);
});

test("two that open a new file at the same time both can", async (t) => {
  const file = await newFile(t);
  const stores = await Promise.all([1, 2, 3].map(() => openStore(t, { file })));
  const secrets = await Promise.all(stores.map((store) => store.secret("one")));
  t.same(secrets[1], secrets[0]);
  t.same(secrets[2], secrets[0]);
});

test("a file in a place where none can be is refused", async (t) => {
  const file = await newFile(t);
  writeFileSync(file, "");
  await t.rejects(openStore(t, { file: join(file, "furrow.db") }), {
    message: /cannot be made/,
    cause: { code: "EEXIST" },
  });
  await t.rejects(openStore(t, { file: `${file}\0` }), { message: /cannot be made/ });
});

test("a file that is no database is refused", async (t) => {
  const file = await newFile(t);
  writeFileSync(file, "contacts.csv, perhaps".repeat(100));
  await t.rejects(openStore(t, { file }), {
    message: `The database ${file} is damaged: file is not a database. Stop the server, move this file away together with its -wal and -shm, and put a backup in its place`,
    cause: { code: "SQLITE_NOTADB" },
  });
});

test("a place where no file can be opened is refused", async (t) => {
  const file = await newFile(t);
  await t.rejects(openStore(t, { file: dirname(file) }), {
    message: /cannot be opened as a SQLite database/,
    cause: { code: "SQLITE_CANTOPEN" },
  });
});

test("another program's database is refused and left alone", async (t) => {
  const file = await newFile(t);
  const theirs = new Database(file);
  theirs.run("CREATE TABLE photos (id INTEGER)");
  await t.rejects(openStore(t, { file }), { message: /is the database of another program/ });
  t.equal(theirs.statement("SELECT * FROM sqlite_schema").all().length, 1);
  theirs.close();
});

test("a database of a newer program is refused and left alone", async (t) => {
  const file = await newFile(t);
  const { database, close } = await openStore(t, { file });
  database.pragma("user_version = 99");
  await close();
  await t.rejects(openStore(t, { file }), {
    message: `${file} was written by a newer Furrow (its schema is version 99, this program knows ${migrations.length}): start that version, or restore a backup from before the upgrade`,
  });
});

test("an older SQLite is refused", async (t) => {
  const database = new Database(":memory:");
  t.teardown(() => database.close());
  requireVersion(database);
  requireVersion(database, "3.9.0");
  t.throws(() => requireVersion(database, "3.1000.0"), {
    message: /^SQLITE?.* 3\.1000\.0 or newer is needed and this is 3\./i,
  });
});

test("an older database is brought up to date, each version in one transaction", async (t) => {
  const database = new Database(":memory:");
  t.teardown(() => database.close());
  const one = "CREATE TABLE one (id INTEGER)";
  await migrate(database, "x.db", [one]);
  const broken = "CREATE TABLE half (id INTEGER); CREATE TABLE one (id INTEGER)";
  await t.rejects(migrate(database, "x.db", [one, broken]), { message: /already exists/ });
  t.same(tables(database), ["one"]);
  await migrate(database, "x.db", [one, "CREATE TABLE two (id INTEGER)", "CREATE TABLE three (id INTEGER)"]);
  t.same(tables(database), ["one", "three", "two"]);
  t.same(database.pragma("user_version"), [{ user_version: 3 }]);
});

function tables(database: Database): string[] {
  const select = database.statement<{ name: string }>("SELECT name FROM sqlite_schema ORDER BY name");
  return select.all().map(({ name }) => name);
}
