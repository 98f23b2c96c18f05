import type { ClientSession, Filter } from "mongodb";
import type { Contact, Instant } from "../../contracts/model.js";
import { patched, type ContactPatch } from "../../contracts/rules.js";
import type { ContactFilter, Contacts } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { cancelSendings, theSendings } from "./cancelling.js";
import { contactDocument, contactOf, contactUpdate, findContact } from "./contact-documents.js";
import type { Database } from "./database.js";
import type { ContactDocument } from "./documents.js";
import { erase } from "./erase.js";
import { isDuplicate } from "./errors.js";
import { pageOf } from "./paging.js";
import { remove } from "./leaving.js";
import { contactTimeline } from "./timeline.js";

export function mongodbContacts(database: Database, addresses: Addresses): Contacts {
  const { contacts } = database;

  async function isTaken({ organization, email }: Contact): Promise<boolean> {
    const taken = { organization: { $eq: organization }, email: { $eq: email } };
    return (await contacts.findOne(taken, { projection: { _id: 1 } })) !== null;
  }

  return {
    get: (organization, id) => findContact(database, organization, id),

    list: (organization, filter, page) => {
      const selection = { where: conditions(organization, filter), order: { createdAt: -1, _id: -1 } } as const;
      return pageOf(contacts, selection, page, contactOf);
    },

    async create(contact) {
      try {
        await contacts.insertOne(contactDocument(contact, addresses));
        return "created";
      } catch (cause) {
        if (isDuplicate(cause) && (await isTaken(contact))) return "conflict";
        throw cause;
      }
    },

    patch: (organization, id, patch, now) =>
      database.transaction((session) => change(database, addresses, session, { organization, id, patch, now })),

    remove: (organization, id, now) => remove(database, organization, id, now),

    optOut: (organization, id, now) =>
      database.transaction(async (session) => {
        if (!(await findContact(database, organization, id, session))) return false;
        const optedOut = { $set: { unsubscribed: true, updatedAt: now }, $inc: { revision: 1 } };
        await contacts.updateOne({ _id: { $eq: id }, unsubscribed: false }, optedOut, { session });
        await cancelSendings(database, session, theSendings.marketing(id), "opted_out", now);
        return true;
      }),

    erase: (organization, id, now) => erase(database, addresses, organization, id, now),

    timeline: (organization, id, page) => contactTimeline(database, organization, id, page),

    suppress: (organization, email, reason, now) =>
      addresses.suppress(organization, addresses.hash(email), reason, now),
  };
}

/** Inside a transaction. */
async function change(
  database: Database,
  addresses: Addresses,
  session: ClientSession,
  { organization, id, patch, now }: { organization: string; id: string; patch: ContactPatch; now: Instant },
): Promise<Contact | "conflict" | undefined> {
  const contact = await findContact(database, organization, id, session);
  if (!contact) return undefined;
  const next = patched(contact, patch, now);
  const taken = { organization: { $eq: organization }, email: { $eq: next.email }, _id: { $ne: id } };
  if (await database.contacts.findOne(taken, { projection: { _id: 1 }, session })) return "conflict";
  await database.contacts.updateOne({ _id: { $eq: id } }, contactUpdate(next, addresses), { session });
  if (next.unsubscribed) await cancelSendings(database, session, theSendings.marketing(id), "opted_out", now);
  return next;
}

function conditions(
  organization: string,
  { search, email, phone, locationId }: ContactFilter,
): Filter<ContactDocument> {
  return {
    organization: { $eq: organization },
    ...(email !== undefined && { email: { $eq: email } }),
    ...(phone !== undefined && { phone: { $eq: phone } }),
    ...(locationId !== undefined && { locationId: { $eq: locationId } }),
    // Not a regular expression: whatever is searched for stands for itself.
    ...(search !== undefined && {
      $expr: { $gte: [{ $indexOfBytes: ["$search", { $literal: search.toLowerCase() }] }, 0] },
    }),
  };
}
