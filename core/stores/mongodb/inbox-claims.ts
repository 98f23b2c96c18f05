import { randomUUID } from "node:crypto";
import type { InboxEvent } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Database } from "./database.js";
import type { InboxDocument } from "./documents.js";
import { eventOf } from "./inbox-documents.js";
import { orUndone } from "./undone.js";

/** Searches that find nothing but what somebody else then takes. */
const tries = 5;
const longestFirst = { dueAt: 1, _id: 1 } as const;
/** In so many words, as the index has it. */
const ever = Number.MIN_SAFE_INTEGER;

/** May answer fewer than there are when others claim at the same time. */
export async function claimDue(
  { inbox }: Database,
  source: string,
  now: Instant,
  leaseUntil: Instant,
  limit: number,
): Promise<InboxEvent[]> {
  const due = { dueAt: { $gte: ever, $lte: now }, leaseUntil: { $not: { $gt: now } } };
  for (let count = 0; count < tries && limit > 0; count++) {
    const wanted = { source: { $eq: source }, ...due };
    const found = await inbox.find(wanted, { projection: { _id: 1 }, sort: longestFirst, limit }).toArray();
    if (found.length === 0) return [];
    const claimId = randomUUID();
    // One by one in one command: unlike an update of many, the driver may send it again when a primary gives way to another.
    const claims = found.map(({ _id }) => ({
      updateOne: { filter: { _id: { $eq: _id }, ...due }, update: { $set: { leaseUntil, claimId } } },
    }));
    const ours = { _id: { $in: found.map(({ _id }) => _id) }, claimId: { $eq: claimId } };
    const claimed = async (): Promise<InboxDocument[]> => {
      const { modifiedCount } = await inbox.bulkWrite(claims, { ordered: false });
      return modifiedCount === 0 ? [] : inbox.find(ours, { sort: longestFirst }).toArray();
    };
    const taken = await orUndone(claimed, () => inbox.updateMany(ours, { $set: { leaseUntil: null } }));
    if (taken.length > 0) return taken.map(eventOf);
  }
  return [];
}

export async function release({ inbox }: Database, ids: readonly string[], lease: Instant): Promise<void> {
  const claimed = { _id: { $in: [...ids] }, leaseUntil: { $eq: lease } };
  if (ids.length > 0) await inbox.updateMany(claimed, { $set: { leaseUntil: null } });
}

export async function nextDue({ inbox }: Database, source: string): Promise<Instant | null> {
  const waiting = inbox.find(
    { source: { $eq: source }, dueAt: { $gte: ever } },
    { projection: { _id: 0, dueAt: 1, leaseUntil: 1 }, sort: longestFirst, batchSize: 100 },
  );
  let next = Number.POSITIVE_INFINITY;
  // What is claimed stands at the front mostly. Behind one that is not nothing is due earlier.
  for await (const { dueAt, leaseUntil } of waiting) {
    next = Math.min(next, Math.max(dueAt ?? 0, leaseUntil ?? ever));
    if (leaseUntil === null) break;
  }
  return Number.isFinite(next) ? next : null;
}
