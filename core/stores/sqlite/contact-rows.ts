import type { Contact, JsonObject } from "../../contracts/model.js";
import type { Database } from "./database.js";

/** A row of `contacts`. */
export interface ContactRow {
  id: string;
  organization: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  phone: string | null;
  title: string | null;
  preferred_language: string | null;
  time_zone: string | null;
  location_id: string | null;
  custom_fields: string;
  tags: string;
  unsubscribed: number;
  created_at: number;
  updated_at: number;
}

export function contactOf(row: ContactRow): Contact {
  return {
    id: row.id,
    organization: row.organization,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    phone: row.phone,
    title: row.title,
    preferredLanguage: row.preferred_language,
    timeZone: row.time_zone,
    locationId: row.location_id,
    customFields: JSON.parse(row.custom_fields) as JsonObject,
    tags: JSON.parse(row.tags) as string[],
    unsubscribed: row.unsubscribed === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const written = [
  "id",
  "organization",
  "email",
  "address_hash",
  "first_name",
  "last_name",
  "phone",
  "title",
  "preferred_language",
  "time_zone",
  "location_id",
  "custom_fields",
  "tags",
  "unsubscribed",
  "search",
  "created_at",
  "updated_at",
];

const insert = `INSERT INTO contacts (${written.join(", ")}) VALUES (${written.map(() => "?").join(", ")})
  ON CONFLICT (organization, email) DO NOTHING`;

const update = `UPDATE contacts SET ${written
  .slice(2)
  .map((column) => `${column} = ?`)
  .join(", ")} WHERE id = ? AND organization = ?`;

/** Inside a write; `false` when the address is taken. */
export function insertContact(database: Database, contact: Contact, addressHash: Uint8Array): boolean {
  const { id, organization } = contact;
  return database.statement(insert).run(id, organization, ...values(contact, addressHash)).changes === 1;
}

/** Inside a write. */
export function updateContact(database: Database, contact: Contact, addressHash: Uint8Array): void {
  database.statement(update).run(...values(contact, addressHash), contact.id, contact.organization);
}

function values(contact: Contact, addressHash: Uint8Array): unknown[] {
  return [
    contact.email,
    addressHash,
    contact.firstName,
    contact.lastName,
    contact.phone,
    contact.title,
    contact.preferredLanguage,
    contact.timeZone,
    contact.locationId,
    JSON.stringify(contact.customFields),
    JSON.stringify(contact.tags),
    contact.unsubscribed ? 1 : 0,
    searchText(contact),
    contact.createdAt,
    contact.updatedAt,
  ];
}

/** What `search` looks in; SQLite itself folds the case of ASCII only. */
export function searchText({ email, firstName, lastName }: Contact): string {
  return [email, firstName, lastName]
    .filter((part) => part !== null)
    .join(" ")
    .toLowerCase();
}
