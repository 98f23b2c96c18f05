import { randomUUID } from "node:crypto";
import type { Instant } from "../../contracts/model.js";
import type { Attempts, Calling } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { claimOrItself, namedIn } from "./attempt-ids.js";
import { settleAnchored } from "./anchored.js";
import type { Database } from "./database.js";
import type { CallEntry, SendingDocument } from "./documents.js";
import { grouped } from "./grouped.js";
import { alike, writeGuarded, type Guarded } from "./guarded-writes.js";
import { gather } from "./hot.js";
import { settle } from "./settle.js";
import { callsUnderWay } from "./stale.js";

interface Calls {
  attempts: readonly Calling[];
  now: Instant;
}

/** Attempts that are written at once. */
const most = 400;

export function mongodbAttempts(database: Database, addresses: Addresses): Attempts {
  const called = grouped(
    {
      most,
      gather,
      together: true,
      weigh: ({ attempts }: Calls) => attempts.length,
      // Of two that name the same attempt, only one may call.
      namesOf: ({ attempts }) => attempts.map(({ attemptId }) => attemptId),
    },
    (calls: readonly Calls[]) => calling(database, calls),
  );

  return {
    async calling(attempts, now) {
      return attempts.length > 0 ? called({ attempts, now }) : new Set();
    },

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
async function calling({ sendings }: Database, calls: readonly Calls[]): Promise<Set<string>[]> {
  // Tells what this call has written from what an earlier one has.
  const calledBy = randomUUID();
  const now = Math.max(...calls.map((one) => one.now));
  const all = calls.flatMap(({ attempts }) => attempts);
  const likeness = (one: Calling) => [claimOrItself(one), one.stepId, one.channel, one.claimedAt];
  const writes = alike(all, likeness).map((group) => begun(group, now, calledBy));
  const matched = await writeGuarded(sendings, writes);
  const sets = calls.map(({ attempts }) => new Set(attempts.map(({ attemptId }) => attemptId)));
  if (matched === all.length) return sets;
  const ids = all.map(({ sendingId }) => sendingId);
  const found = await sendings.find({ _id: { $in: ids }, calledBy }, { projection: { attemptId: 1 } }).toArray();
  const written = new Set(found.flatMap(({ attemptId }) => attemptId ?? []));
  return sets.map((set) => new Set([...set].filter((attemptId) => written.has(attemptId))));
}

/** Attempts of one claim, for the same step. */
function begun(attempts: [Calling, ...Calling[]], now: Instant, calledBy: string): Guarded<SendingDocument> {
  const [{ stepId, channel, claimedAt }] = attempts;
  const call: Record<keyof CallEntry, unknown> = {
    kind: "call",
    at: now,
    attemptId: "$attemptId",
    stepId: { $literal: stepId },
    channel: { $literal: channel },
    claimedAt,
  };
  const history = { $concatArrays: ["$history", [call]] };
  return {
    ids: attempts.map(({ sendingId }) => sendingId),
    filter: { leaseUntil: { $gt: now }, calledBy: null, $expr: { $eq: ["$attemptId", namedIn(attempts[0])] } },
    update: [{ $set: { calledBy, callingAt: now, history, revision: { $add: ["$revision", 1] } } }],
  };
}
