import type { Contact } from "../../contracts/model.js";
import { patched } from "../../contracts/rules.js";
import type { ContactFilter, Contacts } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { cancelSendings } from "./cancelling.js";
import { contactOf, insertContact, updateContact, type ContactRow } from "./contact-rows.js";
import type { Database } from "./database.js";
import { erase } from "./erase.js";
import { pageOf, type Condition } from "./paging.js";
import { contactTimeline } from "./timeline.js";

export function sqliteContacts(database: Database, addresses: Addresses): Contacts {
  function find(organization: string, id: string): Contact | undefined {
    const row = database
      .statement<ContactRow>("SELECT * FROM contacts WHERE id = ? AND organization = ?")
      .get(id, organization);
    return row && contactOf(row);
  }

  function isTaken({ id, organization, email }: Contact): boolean {
    const taken = database.statement("SELECT 1 FROM contacts WHERE organization = ? AND email = ? AND id <> ?");
    return taken.get(organization, email, id) !== undefined;
  }

  return {
    get: (organization, id) => database.read(() => find(organization, id)),

    list: (organization, filter, page) =>
      database.read(() => {
        const where = conditions(organization, filter);
        return pageOf(database, { from: "contacts", where, order: "created_at DESC, id DESC" }, page, contactOf);
      }),

    create: (contact) =>
      database.write(() => (insertContact(database, contact, addresses.hash(contact.email)) ? "created" : "conflict")),

    patch: (organization, id, patch, now) =>
      database.write(() => {
        const contact = find(organization, id);
        if (!contact) return undefined;
        const next = patched(contact, patch, now);
        if (isTaken(next)) return "conflict";
        updateContact(database, next, addresses.hash(next.email));
        if (next.unsubscribed) cancelSendings(database, "marketing", id, "opted_out", now);
        return next;
      }),

    remove: (organization, id, now) =>
      database.write(() => {
        const removed = database
          .statement("DELETE FROM contacts WHERE id = ? AND organization = ?")
          .run(id, organization);
        if (removed.changes === 0) return false;
        cancelSendings(database, "person", id, "by_call", now);
        return true;
      }),

    optOut: (organization, id, now) =>
      database.write(() => {
        const contact = find(organization, id);
        if (!contact) return false;
        database
          .statement("UPDATE contacts SET unsubscribed = 1, updated_at = ? WHERE id = ? AND unsubscribed = 0")
          .run(now, id);
        cancelSendings(database, "marketing", id, "opted_out", now);
        return true;
      }),

    async erase(organization, id, now) {
      const erased = await database.write(() => {
        const contact = find(organization, id);
        return contact && erase(database, addresses, contact, now);
      });
      if (erased) await database.emptyLog();
      return erased;
    },

    timeline: (organization, id, page) => database.read(() => contactTimeline(database, organization, id, page)),

    suppress: (organization, email, reason, now) =>
      database.write(() => addresses.suppress(organization, addresses.hash(email), reason, now)),
  };
}

function conditions(organization: string, { search, email, phone, locationId }: ContactFilter): Condition[] {
  const where: Condition[] = [["organization = ?", organization]];
  if (email !== undefined) where.push(["email = ?", email]);
  if (phone !== undefined) where.push(["phone = ?", phone]);
  if (locationId !== undefined) where.push(["location_id = ?", locationId]);
  if (search !== undefined) where.push(["instr(search, ?) > 0", search.toLowerCase()]);
  return where;
}
