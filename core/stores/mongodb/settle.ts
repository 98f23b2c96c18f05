import type { ClientSession } from "mongodb";
import type { Instant } from "../../contracts/model.js";
import type { Settlement } from "../../contracts/store.js";
import { within } from "./addresses.js";
import type { Database } from "./database.js";
import type { OutcomeEntry, SendingDocument } from "./documents.js";
import { writeGuarded, type Guarded } from "./guarded-writes.js";
import { noteEntries, positionOf, unclaimed, withoutClaim } from "./sending-documents.js";

type Operation = Guarded<SendingDocument>;
type CallEnd = NonNullable<Settlement["outcome"]>;
type Found = Pick<SendingDocument, "_id" | "attemptId" | "callingAt" | "calls" | "gone" | "revision">;

const wanted = { attemptId: 1, callingAt: 1, calls: 1, gone: 1, revision: 1 } as const;

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
  let left = settlements.map((settlement) => asExpected(settlement, now));
  while (left.length > 0) {
    const matched = await writeGuarded(database.sendings, left, within(session));
    if (matched === left.length) return;
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
  const found = await sendings.find<Found>({ _id: { $in: ids } }, { projection: wanted, ...within(session) }).toArray();
  const sendingsById = new Map(found.map((sending) => [sending._id, sending]));
  return settlements.flatMap((settlement) => {
    const sending = sendingsById.get(settlement.sendingId);
    return sending ? asFound(settlement, sending, now) : [];
  });
}

/** For a sending that is held by the attempt, with its call under way if the settlement tells of one. */
function asExpected(settlement: Settlement, now: Instant): Operation {
  const { sendingId, attemptId, outcome } = settlement;
  return {
    filter: { _id: { $eq: sendingId }, attemptId: { $eq: attemptId }, callingAt: outcome ? { $ne: null } : null },
    update: {
      $set: { ...placed(settlement, now), ...unclaimed },
      $push: { history: { $each: [...ended(settlement, outcome, now), ...noteEntries(settlement.notes, now)] } },
      $inc: { revision: 1, handedOver: handedOver(outcome) },
    },
  };
}

/**
 * For one that may have been cancelled or moved during the call, or settled already. Of a person who is gone nothing new is kept, and a
 * provider's words may name them; whoever holds a claim knows that they are not gone.
 */
function asFound(settlement: Settlement, sending: Found, now: Instant): Operation[] {
  const { attemptId, notes } = settlement;
  const isHeld = sending.attemptId === attemptId;
  const before = isHeld ? { ...sending, ...withoutClaim(sending) } : sending;
  const calls = before.calls.filter((call) => call.attemptId !== attemptId);
  const news = calls.length < before.calls.length ? settlement.outcome : null;
  if (!isHeld && !news) return [];
  const known = news && sending.gone ? { ...news, reason: null } : news;
  const touched = news?.status === "accepted" ? { updatedAt: now } : {};
  const place = isHeld ? { ...placed(settlement, now), ...unclaimed } : touched;
  const entries = [...ended(settlement, known, now), ...(isHeld ? noteEntries(notes, now) : [])];
  const update = {
    $set: { ...place, calls: news ? calls : before.calls },
    $push: { history: { $each: entries } },
    $inc: { revision: 1, handedOver: handedOver(news) },
  };
  return [{ filter: { _id: { $eq: sending._id }, revision: sending.revision }, update }];
}

function placed({ position }: Settlement, now: Instant): Partial<SendingDocument> {
  return { ...positionOf(position), updatedAt: now };
}

function handedOver(outcome: CallEnd | null): 0 | 1 {
  return outcome?.status === "accepted" ? 1 : 0;
}

/** How a call ended. Notes with a time of their own tell of what led to it. */
function ended({ attemptId, notes }: Settlement, outcome: CallEnd | null, now: Instant): OutcomeEntry[] {
  if (!outcome) return [];
  const { status, reason, providerId } = outcome;
  const ledBy = notes.filter(({ at }) => at !== undefined).length;
  return [{ kind: "outcome", at: now, attemptId, outcome: status, said: reason, providerId, ledBy }];
}
