import { readFileSync, writeFileSync } from "node:fs";
import { test } from "tap";
import { StoreDamaged } from "../../../../core/contracts/errors.js";
import { Database } from "../../../../core/stores/sqlite/database.js";
import { newFile, openStore, type Ends } from "./files.js";

const page = 4096;

test("once damage was met, everything is refused with what to do about it, and nothing more is written", async (t) => {
  const { file, database } = await damaged(t);
  t.equal(await database.read(() => count(database, "sound")), 1, "what is not touched by it can be read before");
  const met = await database.read(() => count(database, "harmed")).catch((error: unknown) => error);
  t.ok(met instanceof StoreDamaged);
  t.match(met, {
    name: "StoreDamaged",
    message: new RegExp(`^The database ${file} is damaged: database disk image is malformed. Stop .* a backup`),
    cause: { code: "SQLITE_CORRUPT" },
  });
  await t.rejects(
    database.read(() => count(database, "sound")),
    StoreDamaged,
  );
  let written = false;
  await t.rejects(
    database.write(() => (written = true)),
    StoreDamaged,
  );
  t.equal(written, false);
});

test("a write that meets damage is refused as well, and what waits with it", async (t) => {
  const { database } = await damaged(t);
  const writes = [
    database.write(() => database.statement("INSERT INTO harmed VALUES (2)").run()),
    database.write(() => database.statement("INSERT INTO harmed VALUES (3)").run()),
  ];
  for (const { status, reason } of (await Promise.allSettled(writes)) as PromiseRejectedResult[])
    t.ok(status === "rejected" && reason instanceof StoreDamaged);
});

test("a store whose schema is damaged does not open", async (t) => {
  const file = await newFile(t);
  await (await openStore(t, { file })).close();
  const content = readFileSync(file);
  writeFileSync(file, content.fill(0xff, 100, page));
  await t.rejects(openStore(t, { file }), { name: "StoreDamaged" });
});

/** An open database with two tables of one row, one of them on a page that is no page. */
async function damaged(t: Ends): Promise<{ file: string; database: Database }> {
  const file = await newFile(t);
  const before = new Database(file);
  before.run("CREATE TABLE sound (value) ; CREATE TABLE harmed (value); INSERT INTO sound VALUES (1)");
  before.run("INSERT INTO harmed VALUES (1)");
  const { rootpage } = before.statement("SELECT rootpage FROM sqlite_schema WHERE name = 'harmed'").get() as {
    rootpage: number;
  };
  before.close();
  const content = readFileSync(file);
  writeFileSync(file, content.fill(0xff, (rootpage - 1) * page, rootpage * page));
  const database = new Database(file);
  t.teardown(async () => database.close());
  return { file, database };
}

function count(database: Database, table: string): number {
  return (database.statement(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number }).rows;
}
