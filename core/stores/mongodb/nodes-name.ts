import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "../../contracts/log.js";
import { isDuplicate } from "./errors.js";
import { isAlive, type NodeDocument, type NodeDocuments } from "./nodes-documents.js";
import { isOver } from "./nodes-place.js";

const pause = 500;

/**
 * Enters `node` under its name, and answers the dead one that had it before. One that may still live is watched: when it is seen again the
 * name is refused with a sentence, and when its lease is over it is dead.
 */
export async function takeName(
  nodes: NodeDocuments,
  node: Omit<NodeDocument, "started" | "seen">,
  log: Log,
): Promise<NodeDocument | undefined> {
  const entry = Object.entries(node).map(([field, value]) => [field, { $literal: value }] as const);
  const write = [{ $set: { ...Object.fromEntries(entry), started: "$$NOW", seen: "$$NOW" } }];
  let first: Seen | undefined;
  for (;;) {
    const before = await look(nodes, node._id);
    if (before && before.incarnation === first?.incarnation && Number(before.seen) !== Number(first.seen)) {
      throw isTaken(before);
    }
    if (!before || !before.isAlive || isOver(before)) {
      if (await enter(nodes, node, before, write)) return before;
      continue;
    }
    if (!first) {
      log.info(
        { node: node._id, host: before.host, pid: before.pid },
        "Another process had this node's name a moment ago: waiting until it is seen again or known to be dead",
      );
    }
    first = before;
    await wait(Math.min(pause, before.lease / 10));
  }
}

type Seen = NodeDocument & { isAlive: boolean; age: number };

async function look(nodes: NodeDocuments, name: string): Promise<Seen | undefined> {
  const found = nodes.aggregate<Seen>([
    { $match: { _id: { $eq: name } } },
    { $set: { isAlive, age: { $toDouble: { $subtract: ["$$NOW", "$seen"] } } } },
  ]);
  return (await found.toArray())[0];
}

/** `false` when somebody else was faster, or the one before has been seen meanwhile. */
async function enter(
  nodes: NodeDocuments,
  { _id }: Pick<NodeDocument, "_id">,
  before: Seen | undefined,
  write: object[],
): Promise<boolean> {
  const as = before ? { incarnation: before.incarnation, seen: before.seen } : { incarnation: { $exists: false } };
  try {
    const { matchedCount, upsertedCount } = await nodes.updateOne({ _id: { $eq: _id }, ...as }, write, {
      upsert: before === undefined,
    });
    return matchedCount + upsertedCount === 1;
  } catch (cause) {
    if (isDuplicate(cause)) return false;
    throw cause;
  }
}

function isTaken({ _id, host, pid }: NodeDocument): Error {
  return new Error(
    `Another process runs as the node ${_id} (process ${pid} on ${host}): end that one, or give this one a node.name of its own`,
  );
}
