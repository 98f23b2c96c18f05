import type { ClientSession, Filter } from "mongodb";
import type { Contact, Instant } from "../../contracts/model.js";
import type { Erased } from "../../contracts/store.js";
import { withoutAddress } from "../../contracts/without-address.js";
import { within, type Addresses } from "./addresses.js";
import { contactOf, findContact } from "./contact-documents.js";
import type { Database } from "./database.js";
import type { AnswerDocument } from "./documents.js";
import { atOnce, inParts, leave, sendingsLeft } from "./leaving.js";
import { forgetMentioned, forgetMostMentions } from "./mentions.js";

const nothing: Erased = { contacts: 0, sendings: 0, messages: 0, answers: 0 };

/**
 * Removes what is kept of a person. With a long history the contact goes last, and is suppressed first: a call that was cut off in the
 * middle is made again.
 */
export async function erase(
  database: Database,
  addresses: Addresses,
  organization: string,
  id: string,
  now: Instant,
): Promise<Erased | undefined> {
  const contact = await findContact(database, organization, id);
  if (!contact) return undefined;
  const before = await lighten(database, addresses, contact, now);
  const rest = await database.transaction(async (session) => {
    const still = await findContact(database, organization, id, session);
    return still && eraseRest(database, addresses, session, still, now);
  });
  if (!rest) return undefined;
  await forgetCaptured(database, id);
  return sum(before, rest);
}

/**
 * Inside a transaction: as `erase`, for whoever has the address (in lower case), also when nobody is known by it. Before it `prepareRedact`,
 * and after it `forgetCaptured` for the contact whose id is answered.
 */
export async function redact(
  database: Database,
  addresses: Addresses,
  session: ClientSession,
  organization: string,
  email: string,
  now: Instant,
): Promise<string | undefined> {
  const contact = await findByEmail(database, organization, email, session);
  if (contact) {
    await eraseRest(database, addresses, session, contact, now);
    return contact.id;
  }
  await addresses.suppress(organization, addresses.hash(email), "erased", now, session);
  await database.outbox.deleteMany(sentTo(organization, email), { session });
  await forgetMentioned(database, session, addresses, organization, email);
  return undefined;
}

/** Takes apart a history that is too long for one transaction, and what names the person; mostly that is nothing. */
export async function prepareRedact(
  database: Database,
  addresses: Addresses,
  organization: string,
  email: string,
  now: Instant,
): Promise<void> {
  const contact = await findByEmail(database, organization, email);
  if (contact) await lighten(database, addresses, contact, now);
  else await forgetMostMentions(database, addresses, organization, email);
}

/** After a transaction that erased the contact: removes what was being captured meanwhile by somebody who could not see that yet. */
export async function forgetCaptured({ sendings, outbox }: Database, contactId: string): Promise<void> {
  const found = await sendings.find({ contactId: { $eq: contactId } }, { projection: { _id: 1 } }).toArray();
  for (let from = 0; from < found.length; from += atOnce) {
    const part = found.slice(from, from + atOnce).map(({ _id }) => _id);
    await outbox.deleteMany({ sendingId: { $in: part } });
  }
}

async function lighten(database: Database, addresses: Addresses, contact: Contact, now: Instant): Promise<Erased> {
  const { id, organization, email } = contact;
  await forgetMostMentions(database, addresses, organization, email);
  const left = await sendingsLeft(database, id);
  if (left.length <= atOnce) return nothing;
  // First of all, so that nothing is written to them with what is left.
  await addresses.suppress(organization, addresses.hash(email), "erased", now);
  const parts = await inParts(database, left, (session, ids) => forgetSendings(database, session, contact, ids, now));
  return parts.reduce(sum, nothing);
}

/** Inside a transaction. */
async function eraseRest(
  database: Database,
  addresses: Addresses,
  session: ClientSession,
  contact: Contact,
  now: Instant,
): Promise<Erased> {
  const { id, organization, email } = contact;
  await addresses.suppress(organization, addresses.hash(email), "erased", now, session);
  const forgotten = await forgetSendings(database, session, contact, await sendingsLeft(database, id, session), now);
  const { deletedCount: messages } = await database.outbox.deleteMany(sentTo(organization, email), { session });
  const answers = await blank(database, session, contact, { contactIds: { $eq: id } });
  await forgetMentioned(database, session, addresses, organization, email);
  const { deletedCount: contacts } = await database.contacts.deleteOne({ _id: { $eq: id } }, { session });
  return sum(forgotten, { contacts, sendings: 0, messages, answers });
}

/** Inside a transaction. Whatever a provider or a template said may name the person. */
async function forgetSendings(
  database: Database,
  session: ClientSession,
  contact: Contact,
  ids: readonly string[],
  now: Instant,
): Promise<Erased> {
  if (ids.length === 0) return nothing;
  const those = { _id: { $in: [...ids] } };
  const found = await database.sendings.find(those, { projection: { executionId: 1 }, session }).toArray();
  const executionIds = [...new Set(found.map(({ executionId }) => executionId))];
  await leave(database, session, ids, "erased", now);
  const silent = { $set: { context: "{}", "history.$[one].said": null } };
  const arrayFilters = [{ "one.said": { $type: "string" } }];
  await database.sendings.updateMany(those, silent, { arrayFilters, session });
  const { deletedCount: messages } = await database.outbox.deleteMany({ sendingId: { $in: [...ids] } }, { session });
  const answers = await blank(database, session, contact, { executionId: { $in: executionIds } });
  return { contacts: 0, sendings: ids.length, messages, answers };
}

/** Inside a transaction: takes the address out of the answers that are kept for replay. */
async function blank(
  { answers }: Database,
  session: ClientSession,
  { id, email }: Contact,
  which: Filter<AnswerDocument>,
): Promise<number> {
  const found = await answers.find(which, { projection: { body: 1 }, session }).toArray();
  const updates = found.map(({ _id, body }) => ({
    updateOne: { filter: { _id }, update: { $set: { body: withoutAddress(body, email) }, $pull: { contactIds: id } } },
  }));
  if (updates.length > 0) await answers.bulkWrite(updates, { session, ordered: false });
  return found.length;
}

async function findByEmail(
  { contacts }: Database,
  organization: string,
  email: string,
  session?: ClientSession,
): Promise<Contact | undefined> {
  const theirs = { organization: { $eq: organization }, email: { $eq: email } };
  const found = await contacts.findOne(theirs, within(session));
  return found ? contactOf(found) : undefined;
}

function sentTo(organization: string, email: string) {
  return { organization: { $eq: organization }, to: { $eq: email } };
}

function sum(one: Erased, other: Erased): Erased {
  return {
    contacts: one.contacts + other.contacts,
    sendings: one.sendings + other.sendings,
    messages: one.messages + other.messages,
    answers: one.answers + other.answers,
  };
}
