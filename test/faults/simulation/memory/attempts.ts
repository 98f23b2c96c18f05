import type { Attempt, Instant } from "../../../../core/contracts/model.js";
import type { Attempts, Calling, Settlement, StaleAttempt } from "../../../../core/contracts/store.js";
import { anchoredNow } from "../../../../core/contracts/entities.js";
import { claimOf } from "./claims.js";
import { entityOf } from "./entities.js";
import { compare, place, type KeptSending, type Tables } from "./tables.js";

export function memoryAttempts(tables: Tables): Attempts {
  return {
    calling: async (attempts, now) =>
      new Set(attempts.filter((one) => call(tables, one, now)).map(({ attemptId }) => attemptId)),

    async settle(settlements, now) {
      for (const settlement of settlements) settle(tables, settlement, now);
    },

    stale: async (before, limit) => underWay(tables, limit, ({ row }) => row.callingAt < before),
    orphans: async (executionIds, limit) =>
      underWay(tables, limit, ({ sending }) => executionIds.includes(sending.row.executionId)),
  };
}

interface UnderWay {
  sending: KeptSending;
  row: Attempt;
}

/** Oldest first. */
function underWay(tables: Tables, limit: number, isMeant: (call: UnderWay) => boolean): StaleAttempt[] {
  return [...tables.sendings.values()]
    .flatMap((sending) => [...sending.attempts.values()].map(({ row }): UnderWay => ({ sending, row })))
    .filter((call) => call.row.state === "calling" && isMeant(call))
    .sort((a, b) => a.row.callingAt - b.row.callingAt || compare(a.row.id, b.row.id))
    .slice(0, limit)
    .map(({ sending, row: { id, claimedAt, stepId, channel } }) => ({
      ...claimOf(tables, sending, id, claimedAt),
      stepId,
      channel,
    }));
}

/** `false` when the claim does not hold any more, and when this attempt has called already. */
function call(tables: Tables, calling: Calling, now: Instant): boolean {
  const { attemptId: id, sendingId, stepId, channel, claimedAt } = calling;
  const sending = tables.sendings.get(sendingId);
  if (sending?.claim?.attemptId !== id || sending.claim.leaseUntil <= now || sending.attempts.has(id)) return false;
  const ended = { reason: null, providerId: null, settledAt: null };
  const row = { id, sendingId, stepId, channel, state: "calling" as const, claimedAt, callingAt: now, ...ended };
  sending.attempts.set(id, { row, after: sending.notes.length });
  return true;
}

function settle(tables: Tables, settlement: Settlement, now: Instant): void {
  const { sendingId, attemptId, position, notes } = settlement;
  const sending = tables.sendings.get(sendingId);
  if (!sending) return;
  if (record(tables, sending, settlement, now)) {
    sending.row = { ...sending.row, handedOver: sending.row.handedOver + 1, updatedAt: now };
  }
  if (sending.claim?.attemptId !== attemptId) return;
  const { executionId } = sending.row;
  const isAnchored = position.stage === "anchored";
  const stand = isAnchored ? anchoredNow(position, settlement.anchor, entityOf(tables, executionId), now) : position;
  place(sending, stand, notes, now);
}

/** Keeps how a call ended unless that is known already; answers whether a provider took the message. */
function record(
  tables: Tables,
  sending: KeptSending,
  { attemptId, outcome, notes }: Settlement,
  now: Instant,
): boolean {
  const attempt = sending.attempts.get(attemptId);
  if (!outcome || attempt?.row.state !== "calling") return false;
  const { status: state, providerId } = outcome;
  // Of a person who is gone nothing new is kept, and a provider's words may name them.
  const reason = tables.contacts.has(sending.row.contactId) ? outcome.reason : null;
  const before = notes.filter(({ at }) => at !== undefined).length;
  const row = { ...attempt.row, state, reason, providerId, settledAt: now };
  sending.attempts.set(attemptId, { row, after: attempt.after + before });
  return state === "accepted";
}
