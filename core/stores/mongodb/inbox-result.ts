import type { ClientSession, UpdateFilter } from "mongodb";
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

/** The event of the result, while its claim holds. */
export async function findClaimed(
  { inbox }: Database,
  { eventId, lease }: IntakeResult,
  session?: ClientSession,
): Promise<Settling | undefined> {
  const projection = { organization: 1, source: 1, status: 1, reason: 1, forgotten: 1 } as const;
  const claimed = { _id: { $eq: eventId }, leaseUntil: { $eq: lease } };
  return (await inbox.findOne(claimed, { projection, ...within(session) })) ?? undefined;
}

/** What is said of a result whose claim was lost. */
export async function lost({ inbox }: Database, { eventId, status, reason }: IntakeResult): Promise<Settled> {
  const event = await inbox.findOne({ _id: { $eq: eventId } }, { projection: { status: 1, reason: 1 } });
  const now = event ? { status: event.status, reason: event.reason } : { status, reason };
  return { ...nothingElse, held: false, ...now };
}

/** Writes how an event ended that causes nothing. One write, without a transaction. */
export async function keepAlone(database: Database, addresses: Addresses, result: IntakeResult): Promise<Settled> {
  const { eventId, lease, status, reason } = result;
  // A person in it may be forgotten at any moment, and never comes back.
  for (const forgotten of [false, true]) {
    const claimed = { _id: { $eq: eventId }, leaseUntil: { $eq: lease }, forgotten };
    const { update } = ending(addresses, result, nothingCaused, forgotten);
    const { matchedCount } = await database.inbox.updateOne(claimed, update);
    if (matchedCount === 1) return { ...nothingElse, held: true, status, reason };
  }
  return lost(database, result);
}

/** Inside a transaction: writes how the event ended. */
export async function keepResult(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  result: IntakeResult,
  caused: Caused,
  forgotten: boolean,
): Promise<Pick<Settled, "status" | "reason">> {
  const { update, status, reason } = ending(addresses, result, caused, forgotten);
  await database.inbox.updateOne({ _id: { $eq: result.eventId } }, update, { session });
  return { status, reason };
}

function ending(
  addresses: Addresses,
  result: IntakeResult,
  caused: Caused,
  forgotten: boolean,
): Pick<Settled, "status" | "reason"> & { update: UpdateFilter<InboxDocument> } {
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
