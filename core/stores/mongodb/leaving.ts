import type { ClientSession } from "mongodb";
import type { Instant } from "../../contracts/model.js";
import type { CancelReason } from "../../contracts/rules.js";
import { within } from "./addresses.js";
import { cancelSendings, theSendings } from "./cancelling.js";
import type { Database } from "./database.js";
import { findContact } from "./contact-documents.js";

/** How many sendings of a person one transaction takes: the server lets none last for longer than a minute. */
export const atOnce = 500;

/**
 * Removes the contact and ends what was to come. `false` when there is none. With a long history the contact goes last: a call that was cut
 * off in the middle is made again.
 */
export async function remove(database: Database, organization: string, id: string, now: Instant): Promise<boolean> {
  if (!(await findContact(database, organization, id))) return false;
  const leaveThem = (session: ClientSession, ids: readonly string[]) => leave(database, session, ids, "by_call", now);
  await inParts(database, await sendingsLeft(database, id), leaveThem);
  return database.transaction(async (session) => {
    const own = { _id: { $eq: id }, organization: { $eq: organization } };
    if ((await database.contacts.deleteOne(own, { session })).deletedCount === 0) return false;
    await leaveThem(session, await sendingsLeft(database, id, session));
    return true;
  });
}

/** The contact's sendings that do not know yet that it is gone. */
export async function sendingsLeft(database: Database, contactId: string, session?: ClientSession): Promise<string[]> {
  const theirs = { contactId: { $eq: contactId }, gone: { $exists: false } };
  const found = database.sendings.find(theirs, { projection: { _id: 1 }, ...within(session) });
  return (await found.toArray()).map(({ _id }) => _id);
}

/** Does the work for so many at once when they are more than one transaction takes, and else nothing. */
export async function inParts<T>(
  database: Database,
  ids: readonly string[],
  work: (session: ClientSession, part: readonly string[]) => Promise<T>,
): Promise<T[]> {
  const done: T[] = [];
  if (ids.length <= atOnce) return done;
  for (let from = 0; from < ids.length; from += atOnce) {
    const part = ids.slice(from, from + atOnce);
    done.push(await database.transaction((session) => work(session, part)));
  }
  return done;
}

/** Inside a transaction: ends those of a person's sendings that have not ended, and lets all of them know that the person is gone. */
export async function leave(
  database: Database,
  session: ClientSession,
  ids: readonly string[],
  reason: CancelReason,
  now: Instant,
): Promise<void> {
  if (ids.length === 0) return;
  await cancelSendings(database, session, theSendings.ofPerson(ids), reason, now);
  const known = { $set: { gone: true as const }, $inc: { revision: 1 } };
  await database.sendings.updateMany({ _id: { $in: [...ids] } }, known, { session });
}
