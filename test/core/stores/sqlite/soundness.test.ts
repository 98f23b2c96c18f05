import { hash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { test, type Test } from "tap";
import { Database } from "../../../../core/stores/sqlite/database.js";
import { requireSound } from "../../../../core/stores/sqlite/soundness.js";
import { newFile, type Ends } from "./files.js";

const page = 4096;
const frame = page + 24;

test("nothing there yet, a closed file, one in use and one that a killed process left are sound, and untouched", async (t) => {
  const file = await newFile(t);
  requireSound(file);
  t.notOk(existsSync(file));
  writeFileSync(file, "");
  requireSound(file);
  const left = await killed(t);
  const before = contents(left);
  requireSound(left);
  t.same(contents(left), before);
  const database = new Database(left);
  requireSound(left);
  database.close();
  requireSound(left);
});

test("damage is told with the file, what is wrong and what to do, and nothing is written", async (t) => {
  const cases: [string, (file: string) => void, RegExp][] = [
    ["something else", (file) => writeFileSync(file, "contacts.csv, perhaps".repeat(1_000)), /not a database/],
    ["cut in the middle", (file) => truncateSync(file, 20 * page), /malformed/],
    ["a page of nothing", (file) => overwrite(file, 3 * page, Buffer.alloc(page)), /Tree \d|malformed/],
    ["a letter that an index knows otherwise", (file) => overwrite(file, letter(file), "y"), /missing from index/],
  ];
  for (const [name, harm, what] of cases) {
    const file = await closed(t);
    harm(file);
    refused(t, file, what, name);
  }
});

test("a log that is damaged is told from one that a crash cut off", async (t) => {
  const cases: [string, (log: string, size: number) => void, RegExp | undefined][] = [
    ["no log", (log) => rmSync(log), undefined],
    ["an empty log", (log) => truncateSync(log, 0), undefined],
    ["a log of nothing, as after a power cut", (log, size) => writeFileSync(log, Buffer.alloc(size)), undefined],
    ["the end is missing", (log, size) => truncateSync(log, size - 100), undefined],
    ["the last frame is wrong", (log, size) => overwrite(log, size - 9, "x"), undefined],
    ["a frame in the middle is wrong", (log) => overwrite(log, 32 + 5 * frame + 99, "x"), /beyond frame \d, and goes/],
    ["the header is wrong", (log) => overwrite(log, 17, "salt"), /header of its -wal/],
    ["something else", (log, size) => writeFileSync(log, "x".repeat(size)), /header of its -wal/],
  ];
  for (const [name, harm, what] of cases) {
    const file = await killed(t);
    harm(`${file}-wal`, readFileSync(`${file}-wal`).length);
    if (what) refused(t, file, what, name);
    else t.doesNotThrow(() => requireSound(file), name);
  }
});

test("what an older log left behind a newer one in the same file is no damage", async (t) => {
  const file = await newFile(t);
  const database = new Database(file);
  t.teardown(async () => database.close());
  database.run("CREATE TABLE texts (value TEXT) STRICT");
  for (let n = 0; n < 20; n++) await fill(database, 1);
  database.pragma("wal_checkpoint(RESTART)");
  await fill(database, 1);
  const copy = await copied(t, file);
  t.ok(readFileSync(`${copy}-wal`).length > 20 * frame);
  requireSound(copy);
});

test("a log without its database", async (t) => {
  const file = await killed(t);
  rmSync(file);
  refused(t, file, /empty or missing/, "gone");
  writeFileSync(file, "");
  refused(t, file, /empty or missing/, "empty");
});

test("of a large file the structure is looked at, of a very large one the beginning", async (t) => {
  const file = await newFile(t);
  const database = new Database(file);
  database.run("CREATE TABLE texts (value TEXT) STRICT");
  await fill(database, 33e6);
  database.close();
  requireSound(file);
  truncateSync(file, 257 * 2 ** 20);
  requireSound(file);
  overwrite(file, page, Buffer.alloc(page, 7));
  t.doesNotThrow(() => requireSound(file), "the second page is not read");
  truncateSync(file, 33e6);
  refused(t, file, /malformed/, "cut");
});

test("a folder cannot be opened", async (t) => {
  const file = await newFile(t);
  t.throws(() => requireSound(dirname(file)), { name: "StoreUnavailable", message: /cannot be used now/ });
});

function refused(t: Test, file: string, what: RegExp, name: string): void {
  const before = contents(file);
  const message = new RegExp(`^The database ${file} is damaged: .*(${what.source}).*put a backup in its place$`);
  t.throws(() => requireSound(file), { name: "StoreDamaged", message }, name);
  t.same(contents(file), before, `${name}: untouched`);
}

/** A database with a table and an index, as a clean end leaves it. */
async function closed(t: Ends): Promise<string> {
  const file = await newFile(t);
  const database = await filled(file);
  database.close();
  return file;
}

/** The same with everything of ten commits still in its log. */
async function killed(t: Ends): Promise<string> {
  const file = await newFile(t);
  const database = await filled(file);
  const copy = await copied(t, file);
  database.close();
  return copy;
}

async function filled(file: string): Promise<Database> {
  const database = new Database(file);
  database.run("CREATE TABLE texts (value TEXT) STRICT; CREATE INDEX texts_by_value ON texts (value)");
  for (let n = 0; n < 10; n++) await fill(database, 9_000 + n);
  return database;
}

async function fill(database: Database, bytes: number): Promise<void> {
  await database.write(() => database.statement("INSERT INTO texts VALUES (printf('%.*c', ?, 'x'))").run(bytes));
}

async function copied(t: Ends, file: string): Promise<string> {
  const copy = await newFile(t);
  for (const end of ["", "-wal"]) copyFileSync(file + end, copy + end);
  return copy;
}

function overwrite(file: string, position: number, bytes: Buffer | string): void {
  const content = readFileSync(file);
  content.set(Buffer.from(bytes), position);
  writeFileSync(file, content);
}

/** The position of a letter in a row. */
function letter(file: string): number {
  return readFileSync(file).indexOf("xxxxxxxx");
}

/** A log that is empty says as much as none. */
function contents(file: string): string[] {
  return [file, `${file}-wal`].map((one) => hash("sha256", existsSync(one) ? readFileSync(one) : ""));
}
