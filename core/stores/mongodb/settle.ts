import type { AnyBulkWriteOperation, ClientSession, UpdateFilter } from "mongodb";
import type { Instant } from "../../contracts/model.js";
import type { Settlement } from "../../contracts/store.js";
import { within } from "./addresses.js";
import type { Database } from "./database.js";
import type { OutcomeEntry, SendingDocument } from "./documents.js";
import { noteEntries, positionOf, unclaimed } from "./sending-documents.js";

type Operation = AnyBulkWriteOperation<SendingDocument>;
type CallEnd = NonNullable<Settlement["outcome"]>;
type Held = Pick<SendingDocument, "_id" | "attemptId" | "calls" | "gone" | "revision">;

const wanted = { attemptId: 1, calls: 1, gone: 1, revision: 1 } as const;

/**
 * Settles each sending by one guarded update. Most are still held by their attempt, with its call under way; what becomes of the others is
 * decided by what they are found to be.
 */
export async function settle(
  database: Database,
  settlements: readonly Settlement[],
  now: Instant,
  session?: ClientSession,
): Promise<void> {
  const { sendings } = database;
  let left: readonly Operation[] = settlements.map((one) => asHeld(one, one.outcome, now));
  while (left.length > 0) {
    const { matchedCount } = await sendings.bulkWrite([...left], { ordered: false, ...within(session) });
    if (matchedCount === left.length) return;
    left = await leftOver(database, settlements, now, session);
  }
}

/** What is still to be written of the settlements. */
async function leftOver(
  { sendings }: Database,
  settlements: readonly Settlement[],
  now: Instant,
  session: ClientSession | undefined,
): Promise<Operation[]> {
  const ids = settlements.map(({ sendingId }) => sendingId);
  const found = await sendings.find<Held>({ _id: { $in: ids } }, { projection: wanted, ...within(session) }).toArray();
  const byId = new Map(found.map((sending) => [sending._id, sending]));
  return settlements.flatMap((settlement) => {
    const { sendingId, attemptId, outcome } = settlement;
    const sending = byId.get(sendingId);
    if (!sending) return [];
    const news = sending.calls.some((call) => call.attemptId === attemptId) ? outcome : null;
    if (sending.attemptId === attemptId) return [asHeld(settlement, news, now)];
    return news ? [asLost(settlement, sending, news, now)] : [];
  });
}

/** For a sending that is held by the attempt, with its call under way if it has an outcome. */
function asHeld(settlement: Settlement, outcome: CallEnd | null, now: Instant): Operation {
  const { sendingId, attemptId, position, notes } = settlement;
  const entries = noteEntries(notes, now);
  const place = { ...positionOf(position), ...unclaimed, updatedAt: now };
  const held = { _id: { $eq: sendingId }, attemptId: { $eq: attemptId } };
  if (!outcome) {
    const update = { $set: place, $push: { history: { $each: entries } }, $inc: { revision: 1 } };
    return { updateOne: { filter: held, update } };
  }
  const { $push, $pull, $inc } = record(settlement, outcome, now);
  const history = { $each: [...$push.history.$each, ...entries] };
  return {
    updateOne: {
      filter: { ...held, "calls.attemptId": { $eq: attemptId } },
      update: { $set: place, $push: { history }, $pull, $inc },
    },
  };
}

/**
 * For a sending that was cancelled or moved during the call. Of a person who is gone nothing new is kept, and a provider's words may name
 * them; whoever holds a claim knows that they are not gone.
 */
function asLost(settlement: Settlement, { _id, gone, revision }: Held, outcome: CallEnd, now: Instant): Operation {
  const known = gone ? { ...outcome, reason: null } : outcome;
  const touched: UpdateFilter<SendingDocument> = outcome.status === "accepted" ? { $set: { updatedAt: now } } : {};
  const update = { ...record(settlement, known, now), ...touched };
  return { updateOne: { filter: { _id: { $eq: _id }, revision }, update } };
}

/** Keeps how a call ended. Notes with a time of their own tell of what led to the call. */
function record({ attemptId, notes }: Settlement, { status, reason, providerId }: CallEnd, now: Instant) {
  const ledBy = notes.filter(({ at }) => at !== undefined).length;
  const entry: OutcomeEntry = { kind: "outcome", at: now, attemptId, outcome: status, said: reason, providerId, ledBy };
  return {
    $push: { history: { $each: [entry] } },
    $pull: { calls: { attemptId: { $eq: attemptId } } },
    $inc: { revision: 1, handedOver: status === "accepted" ? 1 : 0 },
  };
}
