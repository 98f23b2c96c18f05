import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Test } from "tap";
import { until } from "../../../../core/contracts/suites/jobs-parts.js";
import { openDatabase } from "../../../../core/stores/mongodb/database.js";
import type { NodeDocument } from "../../../../core/stores/mongodb/nodes-documents.js";
import { placeHere } from "../../../../core/stores/mongodb/nodes-place.js";
import { openNodes, type NodesOptions } from "../../../../core/stores/mongodb/nodes.js";
import { keptLog, onGround, openGround } from "./cluster.js";

async function nodesOf(t: Test, options: Partial<NodesOptions> = {}) {
  const { url } = await openGround();
  const database = await openDatabase(url);
  const log = keptLog();
  const dead: string[] = [];
  const lost: string[] = [];
  const nodes = openNodes(database, {
    name: "a",
    role: "all",
    version: "1.2.3",
    lease: 600,
    log,
    died: (id) => Promise.resolve(void dead.push(id)),
    replaced: ({ message }) => void lost.push(message),
    ...options,
  });
  t.teardown(async () => {
    await nodes.leave().catch(() => undefined);
    await database.close();
  });
  return { nodes, log, dead, lost, documents: database.db.collection<NodeDocument>("nodes"), database };
}

/** Somebody else, seen `age` milliseconds ago. */
function another(name: string, age: number, fields: Partial<NodeDocument> = {}): NodeDocument {
  const seen = new Date(Date.now() - age);
  const who = { role: "all", version: "1", host: "elsewhere", place: "elsewhere", pid: 7 };
  return { _id: name, incarnation: "before", ...who, started: seen, seen, lease: 600, ...fields };
}

onGround("a node that joins is seen until it leaves", async (t) => {
  const { nodes, dead, log } = await nodesOf(t);
  t.match(nodes.id, /^a\/[0-9a-f]{12}$/);
  await nodes.join();
  const [first] = await nodes.list();
  t.match(first, { name: "a", role: "all", version: "1.2.3", pid: process.pid, isAlive: true });
  t.ok(Math.abs((first?.startedAt ?? 0) - Date.now()) < 5_000);
  await until(async () => ((await nodes.list())[0]?.seenAt ?? 0) > (first?.seenAt ?? Infinity) + 700);
  t.equal((await nodes.list())[0]?.isAlive, true, "longer than its lease");
  await nodes.leave();
  t.same(await nodes.list(), []);
  t.same([dead, log.lines], [[], []]);
});

onGround("those that live and work take turns, in the order of their names", async (t) => {
  const { nodes: a, documents } = await nodesOf(t);
  const { nodes: c } = await nodesOf(t, { name: "c" });
  t.same(a.turn(), { index: 0, of: 1 }, "nobody is known yet");
  await documents.insertMany([another("api", 0, { role: "api", lease: 60_000 }), another("b", 0, { lease: 60_000 })]);
  await a.join();
  t.same(a.turn(), { index: 0, of: 2 });
  await c.join();
  t.same(c.turn(), { index: 2, of: 3 });
  await until(() => a.turn().of === 3);
  await documents.deleteOne({ _id: "b" });
  await until(() => c.turn().of === 2);
  t.same(c.turn(), { index: 1, of: 2 });
});

onGround("the name of a live node is refused with a sentence", async (t) => {
  const { nodes, documents } = await nodesOf(t);
  await documents.insertOne(another("a", 0, { pid: process.ppid, place: placeHere(), lease: 60_000 }));
  const beats = setInterval(() => {
    void documents.updateOne({ _id: "a" }, [{ $set: { seen: "$$NOW" } }]).catch(() => undefined);
  }, 50);
  await t.rejects(nodes.join(), {
    message: `Another process runs as the node a (process ${process.ppid} on elsewhere): end that one, or give this one a node.name of its own`,
  });
  clearInterval(beats);
});

onGround(
  "the name of a process of this machine that is over is free at once, and what it held is taken up",
  async (t) => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    const { nodes, documents, dead, log } = await nodesOf(t);
    await documents.insertOne(another("a", 0, { pid: child.pid ?? 0, place: placeHere(), lease: 3_600_000 }));
    await nodes.join();
    t.same(dead, ["a/before"]);
    t.match(log.lines, [{ level: "warn", fields: { node: "a" }, message: /dead/ }]);
    t.match(await documents.find().toArray(), [{ _id: "a", pid: process.pid, lease: 600 }]);
  },
);

onGround("a process of the same number is this one, started again", async (t) => {
  const { nodes, documents, dead } = await nodesOf(t);
  await documents.insertOne(another("a", 0, { pid: process.pid, place: placeHere(), lease: 3_600_000 }));
  await nodes.join();
  t.same(dead, ["a/before"]);
});

onGround("the name of a node elsewhere is free when its lease is over", async (t) => {
  const { nodes, documents, dead, log } = await nodesOf(t);
  await documents.insertOne(another("a", 0, { lease: 700 }));
  const begun = Date.now();
  await nodes.join();
  t.ok(Date.now() - begun >= 600, "not before");
  t.same(dead, ["a/before"]);
  t.match(log.lines, [
    { level: "info", fields: { node: "a", host: "elsewhere", pid: 7 }, message: /waiting until/ },
    { level: "warn", message: /is dead/ },
  ]);
});

onGround("of two that start under one name, one gets it", async (t) => {
  const all = await Promise.all([nodesOf(t, { lease: 60_000 }), nodesOf(t, { lease: 60_000 })]);
  await all[0].documents.insertOne(another("a", 5_000));
  const joined = await Promise.all(all.map(({ nodes }) => nodes.join().then(() => nodes.id)));
  // Both are this process: the second took the first for over.
  t.equal(await all[0].documents.countDocuments(), 1);
  t.equal(new Set(joined).size, 2);
  t.same([...all[0].dead, ...all[1].dead].filter((id) => id === "a/before").length, 1);
});

onGround("a dead node is noticed by another, until what it held has been taken up", async (t) => {
  let tries = 0;
  const told: string[] = [];
  const { nodes, documents, log } = await nodesOf(t, {
    died: async (id) => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
      told.push(id);
      return Promise.resolve();
    },
  });
  await nodes.join();
  await documents.insertMany([another("dead", 700), another("alive", 0, { lease: 60_000 })]);
  await until(async () => (await documents.countDocuments()) === 2);
  t.same([tries, told], [2, ["dead/before"]]);
  t.match(log.lines, [
    { level: "warn", message: /could not be taken up; trying again/ },
    { level: "warn", fields: { node: "dead" }, message: /A node is dead/ },
  ]);
});

onGround("who could not have heard the others does not bury them before it has listened for their lease", async (t) => {
  const lease = 600;
  let listened = Infinity;
  let awake = Infinity;
  const { nodes, documents } = await nodesOf(t, {
    lease,
    died: () => Promise.resolve(void (listened = performance.now() - awake)),
  });
  await nodes.join();
  await until(async () => ((await nodes.list())[0]?.seenAt ?? 0) > ((await nodes.list())[0]?.startedAt ?? 0) + lease);
  await documents.insertOne(another("other", 0));
  // Whether the database was away or this process stood still is the same to it.
  const still = performance.now() + 900;
  while (performance.now() < still);
  awake = performance.now();
  await until(() => listened < Infinity);
  t.ok(listened >= lease, `${listened} ms`);
});

onGround("a node that was buried alive is seen again, and says so", async (t) => {
  const { nodes, documents, log, lost } = await nodesOf(t);
  await nodes.join();
  await documents.deleteMany({});
  await until(() => log.lines.length > 0);
  t.match(log.lines, [{ level: "warn", message: /was taken for dead/ }]);
  t.match(await nodes.list(), [{ name: "a", isAlive: true }]);
  t.same(lost, []);
});

onGround("a node whose name another process has taken ends", async (t) => {
  const { nodes, documents, lost } = await nodesOf(t);
  await nodes.join();
  await documents.updateOne({ _id: "a" }, { $set: { incarnation: "after" } });
  await until(() => lost.length > 0);
  t.match(lost, [/another one runs as the node a now/]);
  await nodes.leave();
  t.match(await documents.find().toArray(), [{ incarnation: "after" }], "what is the other's stays");
});

onGround("a heartbeat that cannot be written is told of once", async (t) => {
  const { nodes, log, database } = await nodesOf(t);
  await nodes.join();
  await database.close();
  await until(() => log.lines.length >= 2);
  t.match(log.lines[0], { level: "warn", message: /heartbeat of this node could not be written/ });
});
