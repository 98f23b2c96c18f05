import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { installedParts } from "../../../core/cli/parts.js";
import { openDatabase } from "../../../core/stores/mongodb/database.js";
import { openMongodbDump } from "../../../core/stores/mongodb/dump.js";
import type { NodeDocument } from "../../../core/stores/mongodb/nodes-documents.js";
import { placeHere } from "../../../core/stores/mongodb/nodes-place.js";
import { placeOf } from "../../../core/stores/mongodb/place.js";
import { openSqliteDump } from "../../../core/stores/sqlite/dump.js";
import { openSqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { dropDatabase, freshDatabase, withoutMongodb } from "../../mongod/mongodb.js";
import { furnish } from "../migrate/furnished.js";
import { fill } from "../migrate/many.js";
import { contents, during } from "../migrate/stores.js";
import { furrow, temporaryFolder } from "./fake-shell.js";
import { until } from "./serving.js";

const options = { skip: withoutMongodb, timeout: 120_000 };
const main = fileURLToPath(new URL("../../../core/main.js", import.meta.url));

type Ends = Parameters<typeof temporaryFolder>[0] & { teardown(end: () => Promise<void>): void };

function installation(t: Ends): { cwd: string; url: string } {
  const [cwd, url] = [temporaryFolder(t), freshDatabase()];
  t.teardown(() => dropDatabase(url));
  writeFileSync(join(cwd, "furrow.yaml"), "sqlite: { file: ./furrow.db }\n");
  writeFileSync(join(cwd, "cluster.yaml"), `mode: cluster\nmongodb: { url: "${url}" }\n`);
  return { cwd, url };
}

const inFolder = (cwd: string, ...args: string[]) => furrow(args, installedParts, { cwd });

test("from a file to a cluster and back, with the same checksums", options, async (t) => {
  const { cwd, url } = installation(t);
  await during(openSqliteStore({ file: join(cwd, "furrow.db") }), furnish);
  const there = await inFolder(cwd, "migrate", "store", "--to", url, "--json");
  t.equal(there.code, 0, there.err);
  t.match(there.err, `Everything is in ${placeOf(url)} now`);
  t.equal((await inFolder(cwd, "keys", "list", "--config", "cluster.yaml", "--organization", "acme")).code, 0);
  const back = await inFolder(cwd, "migrate", "store", "--config", "cluster.yaml", "--to", "back.db", "--json");
  t.equal(back.code, 0, back.err);
  const [one, other] = [there, back].map(({ out }) => JSON.parse(out) as { kinds: { kind: string; target: object }[] });
  // Nothing but what the start of a server makes has been added.
  t.same(
    other?.kinds.filter(({ kind }) => kind !== "sequences"),
    one?.kinds.filter(({ kind }) => kind !== "sequences"),
  );
  t.match((await inFolder(cwd, "keys", "list", "--config", "cluster.yaml")).err, /was moved to .*back\.db/);
  t.equal((await inFolder(cwd, "migrate", "reopen", "--config", "cluster.yaml")).code, 0);
});

const lease = 30_000;

/** Enters a process among the nodes of a database, as if it had just been seen. */
async function enter(url: string, name: string, place: string, pid: number): Promise<void> {
  const { db, close } = await openDatabase(url);
  const now = new Date();
  const node = { incarnation: "1", role: "all", version: "1", host: "here", lease, started: now, seen: now };
  await db.collection<NodeDocument>("nodes").insertOne({ _id: name, ...node, place, pid });
  await close();
}

test("while a node of the cluster is alive nothing is begun", options, async (t) => {
  const { cwd, url } = installation(t);
  await during(openSqliteStore({ file: join(cwd, "furrow.db") }), furnish);
  await enter(url, "one", placeHere(), process.ppid);
  await enter(url, "two", "another machine", 1);
  t.same(await inFolder(cwd, "migrate", "store", "--to", url), {
    code: 1,
    out: "",
    err:
      `${placeOf(url)} is served by one (process ${process.ppid} on here), two (process 1 on here).\n` +
      "Stop it first: a move needs both stores for itself.\n",
  });
  t.match(await inFolder(cwd, "migrate", "store", "--config", "cluster.yaml", "--to", "back.db"), {
    code: 1,
    err: /is served by one/,
  });
  await during(openSqliteStore({ file: join(cwd, "furrow.db") }), (store) => store.check());
});

test("of a process that was killed on this machine nobody waits for the lease", options, async (t) => {
  const { cwd, url } = installation(t);
  await during(openSqliteStore({ file: join(cwd, "furrow.db") }), furnish);
  const dead = spawn(process.execPath, ["-e", ""]);
  await once(dead, "close");
  await enter(url, "dead", placeHere(), dead.pid ?? 0);
  t.equal((await inFolder(cwd, "migrate", "store", "--to", url)).code, 0);
});

test("killed in the middle and started again it goes on, and doubles nothing", options, async (t) => {
  const { cwd, url } = installation(t);
  const file = join(cwd, "furrow.db");
  await during(openSqliteStore({ file }), furnish);
  await during(openSqliteDump({ file }), (dump) => fill(dump, 15_000));
  const before = await during(openSqliteDump({ file }), contents);
  const child = spawn(process.execPath, [main, "migrate", "store", "--to", url], { cwd, stdio: "ignore" });
  const closed = once(child, "close");
  const database = await openDatabase(url);
  await until(
    async () => (await database.contacts.estimatedDocumentCount()) > 3_000 || child.exitCode !== null,
    (enough) => enough,
  );
  child.kill("SIGKILL");
  await closed;
  const left = await database.contacts.countDocuments();
  await database.close();
  t.equal(child.signalCode, "SIGKILL", "it had not ended before");
  t.ok(left < 15_000, `${left} contacts were moved`);
  t.match((await inFolder(cwd, "keys", "list", "--config", "cluster.yaml")).err, /holds a part of/);
  const { code, out, err } = await inFolder(cwd, "migrate", "store", "--to", url, "--json");
  t.equal(code, 0, err);
  const { kinds } = JSON.parse(out) as { kinds: { kind: string; target: { count: number } }[] };
  t.ok((kinds.find(({ kind }) => kind === "sendings")?.target.count ?? 0) > 15_000);
  t.same(await during(openMongodbDump({ url }), contents), before);
});
