import { randomUUID } from "node:crypto";
import type { ClientSession } from "mongodb";
import { addressesIn } from "../../contracts/addresses-in.js";
import type { IntakeResult, Settled } from "../../contracts/inbox.js";
import { settledAs, type Caused } from "../../contracts/settled-as.js";
import { within, type Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import type { InboxDocument } from "./documents.js";
import { mentionsOf } from "./mentions.js";

const nothingElse = { ring: [], endedDueAt: null, isGivenBack: false } as const;
const nothingCaused = { started: [], leftOut: [], touched: false } as const;

/** An event that its claim holds still, as far as its settlement looks at it. */
export type Settling = Pick<InboxDocument, "_id" | "organization" | "source" | "status" | "reason" | "forgotten">;

/** The events of results, by their ids, as far as the claims hold. */
export async function findClaimed(
  { inbox }: Database,
  results: readonly IntakeResult[],
  session?: ClientSession,
): Promise<Map<string, Settling>> {
  const projection = { organization: 1, source: 1, status: 1, reason: 1, forgotten: 1, leaseUntil: 1 } as const;
  const leases = new Map(results.map(({ eventId, lease }) => [eventId, lease]));
  const found = inbox.find({ _id: { $in: [...leases.keys()] } }, { projection, ...within(session) });
  const claimed = (await found.toArray()).filter(({ _id, leaseUntil }) => leaseUntil === leases.get(_id));
  return new Map(claimed.map((event) => [event._id, event]));
}

/** What is said of a result whose claim was lost. */
export async function lost({ inbox }: Database, { eventId, status, reason }: IntakeResult): Promise<Settled> {
  const event = await inbox.findOne({ _id: { $eq: eventId } }, { projection: { status: 1, reason: 1 } });
  const now = event ? { status: event.status, reason: event.reason } : { status, reason };
  return { ...nothingElse, held: false, ...now };
}

/** Writes how events ended that cause nothing, without a transaction. */
export async function keepUneventful(
  database: Database,
  addresses: Addresses,
  results: readonly IntakeResult[],
): Promise<Settled[]> {
  const settledBy = randomUUID();
  const ids = results.map(({ eventId }) => eventId);
  // A person in it may be forgotten at any moment, and never comes back.
  for (const forgotten of [false, true]) {
    const { matchedCount } = await database.inbox.bulkWrite(
      results.map((result) => {
        const { eventId, lease } = result;
        const claimed = { _id: { $eq: eventId }, leaseUntil: { $eq: lease }, forgotten };
        const { $set, ...update } = ending(addresses, result, nothingCaused, forgotten).update;
        return { updateOne: { filter: claimed, update: { ...update, $set: { ...$set, claimId: settledBy } } } };
      }),
      { ordered: false },
    );
    if (matchedCount === results.length) return results.map(held);
  }
  const ours = database.inbox.find({ _id: { $in: ids }, claimId: { $eq: settledBy } }, { projection: { _id: 1 } });
  const kept = new Set((await ours.toArray()).map(({ _id }) => _id));
  return Promise.all(results.map(async (result) => (kept.has(result.eventId) ? held(result) : lost(database, result))));
}

function held({ status, reason }: IntakeResult): Settled {
  return { ...nothingElse, held: true, status, reason };
}

/** Inside a transaction: writes how events ended. */
export async function keepResults(
  { inbox }: Database,
  session: ClientSession,
  addresses: Addresses,
  ended: readonly { result: IntakeResult; caused: Caused; forgotten: boolean }[],
): Promise<Pick<Settled, "status" | "reason">[]> {
  const endings = ended.map(({ result, caused, forgotten }) => ({
    eventId: result.eventId,
    ...ending(addresses, result, caused, forgotten),
  }));
  const writes = endings.map(({ eventId, update }) => ({ updateOne: { filter: { _id: { $eq: eventId } }, update } }));
  await inbox.bulkWrite(writes, { session });
  return endings.map(({ status, reason }) => ({ status, reason }));
}

function ending(addresses: Addresses, result: IntakeResult, caused: Caused, forgotten: boolean) {
  const { status, reason, notes } = settledAs(result, caused);
  const said = JSON.stringify(result.commands);
  const commands = forgotten || namesOneOf(said, result.redact) ? "[]" : said;
  const kept = notes.filter((note) => !namesOneOf(note, result.redact));
  const mentions = mentionsOf(addresses, [commands, ...kept]);
  const isAgain = status === "received";
  const update = {
    $set: {
      ...{ status, reason, notes: kept, commands, executionIds: [...caused.started] },
      ...{ dueAt: isAgain ? result.retryAt : null, leaseUntil: null },
    },
    $inc: { failures: isAgain ? 1 : 0 },
    ...(mentions.length > 0 ? { $addToSet: { mentions: { $each: mentions } } } : {}),
  };
  return { status, reason, update };
}

/** Whether a text names one of the addresses, in whatever case. */
export function namesOneOf(text: string, emails: readonly string[]): boolean {
  if (emails.length === 0) return false;
  const found = addressesIn(text);
  return emails.some((email) => found.has(email.trim().toLowerCase()));
}
