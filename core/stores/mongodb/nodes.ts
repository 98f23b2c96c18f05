import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Log } from "../../contracts/log.js";
import type { Duration } from "../../contracts/model.js";
import type { Node, Nodes, Turn } from "../../contracts/nodes.js";
import type { Database } from "./database.js";
import { isDuplicate, storeError } from "./errors.js";
import { holderOf, isAlive, type NodeDocument } from "./nodes-documents.js";
import { takeName } from "./nodes-name.js";
import { placeHere } from "./nodes-place.js";
import { stuckTransactions } from "./stuck-transactions.js";

/** A lease holds so many heartbeats, of which all but one may be lost. */
const beatsInALease = 6;
const slowestBeat: Duration = 5_000;

export interface NodesOptions {
  name: string;
  role: string;
  version: string;
  /** Without a heartbeat for so long this process is dead to the others. */
  lease: Duration;
  log: Log;
  /** Takes up what the dead node `id` held. Whatever it rejects with, it is called again. Several nodes may do this for one dead at a time. */
  died(id: string): Promise<void>;
  /** This process was taken for dead, and another one has its name now: it has to end. */
  replaced(cause: Error): void;
}

/** The nodes in the collection `nodes`: heartbeats, and a look for those that have none any more. */
export function openNodes(database: Database, options: NodesOptions): Nodes {
  const { name, role, version, lease, log } = options;
  const nodes = database.db.collection<NodeDocument>("nodes");
  const incarnation = randomBytes(6).toString("hex");
  const self = { _id: name, incarnation, role, version, host: hostname(), place: placeHere(), pid: process.pid, lease };
  const stuck = stuckTransactions(database.db, log);
  const every = Math.min(slowestBeat, lease / beatsInALease);
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> = Promise.resolve();
  let left = false;
  const failing = new Set<string>();
  let turn: Turn = { index: 0, of: 1 };
  // By the monotonic clock: the last heartbeat, and since when there was none missing.
  let beatAt = -Infinity;
  let steadySince = Infinity;
  let mourning: Promise<void> | undefined;

  const asked = database.guarded({
    async beat() {
      const { matchedCount } = await nodes.updateOne({ _id: { $eq: name }, incarnation }, [
        { $set: { seen: "$$NOW" } },
      ]);
      if (matchedCount === 0) await comeBack();
    },

    /** Of whoever fell silent while we could not have heard them either, nobody knows yet. */
    async dead() {
      const silent = { incarnation: { $ne: incarnation }, $expr: { $not: isAlive } };
      return nodes.find({ ...silent, lease: { $lte: steady() } }).toArray();
    },

    /** Unless it has been seen again since. */
    async forget({ _id, incarnation, seen }: NodeDocument) {
      await nodes.deleteOne({ _id: { $eq: _id }, incarnation: { $eq: incarnation }, seen: { $eq: seen } });
    },

    /** Whoever does not know its own place takes everything. */
    async turns() {
      const working = { role: { $ne: "api" }, $expr: isAlive };
      const found = await nodes.find(working, { projection: { _id: 1 }, sort: { _id: 1 } }).toArray();
      const index = found.findIndex(({ _id }) => _id === name);
      turn = index < 0 ? { index: 0, of: 1 } : { index, of: found.length };
    },

    async leave() {
      await nodes.deleteOne({ _id: { $eq: name }, incarnation });
    },

    async list(): Promise<Node[]> {
      const found = await nodes
        .aggregate<NodeDocument & { isAlive: boolean }>([{ $set: { isAlive } }, { $sort: { _id: 1 } }])
        .toArray();
      return found.map(({ _id, role, version, host, pid, started, seen, isAlive }) => ({
        ...{ name: _id, role, version, host, pid, isAlive },
        startedAt: started.getTime(),
        seenAt: seen.getTime(),
      }));
    },
  });

  /** The others have buried this process: its locks and claims are theirs, and fenced against what it still does. */
  async function comeBack(): Promise<void> {
    try {
      await nodes.updateOne(
        { _id: { $eq: name }, incarnation },
        [{ $set: { ...self, started: "$$NOW", seen: "$$NOW" } }],
        {
          upsert: true,
        },
      );
      log.warn(
        { node: name },
        "This process was taken for dead, and what it had in hand was given to others: it was away for too long",
      );
    } catch (cause) {
      if (!isDuplicate(cause)) throw cause;
      left = true;
      options.replaced(
        new Error(`This process was taken for dead, and another one runs as the node ${name} now: it ends`, { cause }),
      );
    }
  }

  async function bury(dead: NodeDocument): Promise<void> {
    await options.died(holderOf(dead));
    log.warn({ node: dead._id, host: dead.host, pid: dead.pid }, "A node is dead: what it had in hand is taken up");
  }

  async function mourn(): Promise<void> {
    for (const dead of await asked.dead()) {
      await bury(dead);
      await asked.forget(dead);
    }
    await stuck.end();
  }

  /**
   * How long the database has been there for us without a gap. When it was away for everybody nobody was seen, and the first to find it
   * again would bury all the others, who live and know how their calls ended.
   */
  function steady(): Duration {
    const now = performance.now();
    return now - beatAt > lease / 2 ? 0 : Math.max(0, now - steadySince);
  }

  function noteBeat(): void {
    const now = performance.now();
    if (now - beatAt > lease / 2) steadySince = now;
    beatAt = now;
  }

  /** Told of once, until it succeeds. */
  async function tried(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      failing.delete(what);
    } catch (cause) {
      if (!failing.has(what)) log.warn({ error: cause as Error }, `${what}; trying again`);
      failing.add(what);
    }
  }

  async function round(): Promise<void> {
    await tried("The heartbeat of this node could not be written", () => asked.beat().then(noteBeat));
    await tried("The other nodes could not be counted", () => asked.turns());
    // However long that takes, the heart beats on.
    mourning ??= tried("What dead nodes held could not be taken up", mourn).finally(() => (mourning = undefined));
  }

  function again(): void {
    if (left) return;
    // Not all at once.
    const wait = every * (0.8 + 0.2 * Math.random());
    timer = setTimeout(() => {
      beating = round().finally(again);
    }, wait).unref();
  }

  return {
    id: holderOf(self),

    async join() {
      const before = await takeName(nodes, self, log).catch((cause: unknown) => {
        throw storeError(cause);
      });
      noteBeat();
      if (before) await bury(before);
      await tried("The other nodes could not be counted", () => asked.turns());
      again();
    },

    async leave() {
      left = true;
      clearTimeout(timer);
      await Promise.all([beating, mourning]);
      await asked.leave();
    },

    list: () => asked.list(),
    turn: () => turn,
  };
}
