import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import {
  holdDatabase,
  readServerFile,
  removeServerFile,
  runningServer,
  writeServerFile,
} from "../../../core/cli/server-file.js";
import { temporaryFolder } from "./fake-shell.js";

const entry = { url: "http://127.0.0.1:3000", token: "dem_t", pid: 7, startedAt: "2026-02-10T10:30:00.000Z" };

t.test("the file counts only while its server lives", async (t) => {
  const database = join(temporaryFolder(t), "furrow.db");
  t.equal(runningServer(database), undefined);
  t.equal(readServerFile(database), undefined);
  const lock = holdDatabase(database);
  t.equal(runningServer(database), undefined, "still starting");
  writeServerFile(database, { ...entry, pid: 6 });
  writeServerFile(database, entry);
  t.same(runningServer(database), entry);
  t.same(runningServer(database), entry, "looking does not take the lock away");
  lock?.release();
  t.equal(runningServer(database), undefined, "left behind by a server that was killed");
  t.same(readServerFile(database), entry);
  removeServerFile(database);
  t.equal(readServerFile(database), undefined);
  removeServerFile(database);
});

t.test("it is nobody else's to read, and nothing is left beside it", async (t) => {
  const folder = temporaryFolder(t);
  writeServerFile(join(folder, "furrow.db"), entry);
  t.same(readdirSync(folder), ["furrow.db.server"]);
  t.equal(statSync(join(folder, "furrow.db.server")).mode & 0o777, 0o600);
});

t.test("one that cannot be read is an error with a sentence", async (t) => {
  const database = join(temporaryFolder(t), "furrow.db");
  writeFileSync(`${database}.server`, "{");
  t.throws(() => readServerFile(database), { message: `The server file ${database}.server cannot be read` });
});
