import { randomUUID } from "node:crypto";
import type { Instant } from "../../contracts/model.js";
import type { Attempts, Calling } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { settleAnchored } from "./anchored.js";
import type { Database } from "./database.js";
import type { CallEntry } from "./documents.js";
import { byId } from "./hot.js";
import { settle } from "./settle.js";
import { callsUnderWay } from "./stale.js";

export function mongodbAttempts(database: Database, addresses: Addresses): Attempts {
  return {
    calling: (attempts, now) => calling(database, attempts, now),

    async settle(settlements, now) {
      const follows = settlements.filter(({ position }) => position.stage === "anchored");
      const others = settlements.filter(({ position }) => position.stage !== "anchored");
      if (follows.length > 0) await settleAnchored(database, follows, now);
      if (others.length > 0) await settle(database, others, now);
    },

    stale: (before, limit) => callsUnderWay(database, addresses, { before }, limit),
    orphans: (executionIds, limit) => callsUnderWay(database, addresses, { executionIds }, limit),
  };
}

/** Not for a claim that does not hold any more, nor for an attempt that has called already. */
async function calling({ sendings }: Database, attempts: readonly Calling[], now: Instant): Promise<Set<string>> {
  if (attempts.length === 0) return new Set();
  // Tells what this call has written from what an earlier one has.
  const calledBy = randomUUID();
  const calls = attempts.map(({ attemptId, sendingId, stepId, channel, claimedAt }) => {
    const entry: CallEntry = { kind: "call", at: now, attemptId, stepId, channel, claimedAt };
    return {
      updateOne: {
        filter: { _id: { $eq: sendingId }, attemptId: { $eq: attemptId }, leaseUntil: { $gt: now }, calledBy: null },
        hint: byId,
        update: {
          $set: { calledBy, callingAt: now },
          $push: { history: entry },
          $inc: { revision: 1 },
        },
      },
    };
  });
  const { matchedCount } = await sendings.bulkWrite(calls, { ordered: false });
  if (matchedCount === attempts.length) return new Set(attempts.map(({ attemptId }) => attemptId));
  const ids = attempts.map(({ sendingId }) => sendingId);
  const written = await sendings.find({ _id: { $in: ids }, calledBy }, { projection: { attemptId: 1 } }).toArray();
  return new Set(written.flatMap(({ attemptId }) => attemptId ?? []));
}
