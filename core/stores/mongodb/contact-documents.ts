import type { ClientSession, UpdateFilter } from "mongodb";
import type { Contact, JsonObject } from "../../contracts/model.js";
import { within, type Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import type { ContactDocument } from "./documents.js";

export function contactOf({ _id, customFields, addressHash, search, revision, ...contact }: ContactDocument): Contact {
  return { id: _id, ...contact, customFields: JSON.parse(customFields) as JsonObject };
}

/** The contact of this id. */
export async function findContact(
  { contacts }: Database,
  organization: string,
  id: string,
  session?: ClientSession,
): Promise<Contact | undefined> {
  const found = await contacts.findOne({ _id: { $eq: id }, organization: { $eq: organization } }, within(session));
  return found ? contactOf(found) : undefined;
}

/** Of a new contact. */
export function contactDocument(contact: Contact, addresses: Addresses): ContactDocument {
  return { _id: contact.id, ...contactFields(contact, addresses), revision: 0 };
}

/** The write that makes this of a known contact. */
export function contactUpdate(contact: Contact, addresses: Addresses): UpdateFilter<ContactDocument> {
  return { $set: contactFields(contact, addresses), $inc: { revision: 1 } };
}

function contactFields({ id, customFields, ...contact }: Contact, addresses: Addresses) {
  return {
    ...contact,
    customFields: JSON.stringify(customFields),
    addressHash: addresses.hash(contact.email),
    search: searchText(contact),
  };
}

function searchText({ email, firstName, lastName }: Pick<Contact, "email" | "firstName" | "lastName">): string {
  return [email, firstName, lastName]
    .filter((part) => part !== null)
    .join(" ")
    .toLowerCase();
}
