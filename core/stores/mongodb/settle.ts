import type { ClientSession, Document } from "mongodb";
import type { Instant } from "../../contracts/model.js";
import type { Settlement } from "../../contracts/store.js";
import { within } from "./addresses.js";
import { claimOrItself, namedIn } from "./attempt-ids.js";
import type { Database } from "./database.js";
import type { OutcomeEntry, SendingDocument } from "./documents.js";
import { alike, writeGuarded, type Guarded } from "./guarded-writes.js";
import { noteEntries, positionOf, unclaimed, withoutClaim } from "./sending-documents.js";

type Operation = Guarded<SendingDocument>;
type CallEnd = NonNullable<Settlement["outcome"]>;
type Found = Pick<SendingDocument, "_id" | "attemptId" | "callingAt" | "calls" | "gone" | "revision">;

const wanted = { attemptId: 1, callingAt: 1, calls: 1, gone: 1, revision: 1 } as const;

/**
 * Settles each sending by a guarded update, those that go the same way by one. Most are still held by their attempt, with its call under way;
 * what becomes of the others is decided by what they are found to be.
 */
export async function settle(
  database: Database,
  settlements: readonly Settlement[],
  now: Instant,
  session?: ClientSession,
): Promise<void> {
  let left = alike(settlements, likeness).map((group) => asExpected(group, now));
  while (left.length > 0) {
    const matched = await writeGuarded(database.sendings, left, within(session));
    if (matched === left.flatMap(({ ids }) => ids).length) return;
    left = await leftOver(database, settlements, now, session);
  }
}

/** All that is written alike, with settlements of the same claim. */
function likeness({ position, outcome, notes, ...named }: Settlement): unknown {
  return [claimOrItself(named), { ...position, dueAt: null }, outcome && { ...outcome, providerId: null }, notes];
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

/**
 * For sendings that are held by their attempts, with their calls under way if the settlements tell of some. These differ in nothing but the
 * sending, the time and the name that its provider gave the message.
 */
function asExpected(settlements: [Settlement, ...Settlement[]], now: Instant): Operation {
  const [first] = settlements;
  const { outcome, notes } = first;
  const ids = settlements.map(({ sendingId }) => sendingId);
  const own = (values: unknown[]) => ownOf(ids, values);
  const ends = ended(first, outcome, now).map((entry) => ({
    ...literally(entry),
    attemptId: "$attemptId",
    providerId: own(settlements.map((settlement) => settlement.outcome?.providerId ?? null)),
  }));
  const history = { $concatArrays: ["$history", [...ends, ...noteEntries(notes, now).map(literally)]] };
  const place = {
    ...literally({ ...placed(first, now), ...unclaimed }),
    dueAt: own(settlements.map(({ position }) => position.dueAt)),
    revision: { $add: ["$revision", 1] },
    handedOver: { $add: ["$handedOver", handedOver(outcome)] },
  };
  return {
    ids,
    filter: { callingAt: outcome ? { $ne: null } : null, $expr: { $eq: ["$attemptId", namedIn(first)] } },
    update: [{ $set: { ...place, history } }],
  };
}

/** In an expression: that of `values` whose place among them is the document's among `ids`. */
function ownOf(ids: readonly string[], values: readonly unknown[]): Document {
  if (values.every((value) => value === values[0])) return { $literal: values[0] };
  return { $arrayElemAt: [{ $literal: values }, { $indexOfArray: [{ $literal: ids }, "$_id"] }] };
}

/** What a provider says could be read as an expression. */
function literally(fields: object): Document {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { $literal: value as unknown }]));
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
  return [{ ids: [sending._id], filter: { revision: sending.revision }, update }];
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
