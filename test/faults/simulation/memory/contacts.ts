import type { Contact } from "../../../../core/contracts/model.js";
import { patched } from "../../../../core/contracts/rules.js";
import type { ContactFilter, Contacts } from "../../../../core/contracts/store.js";
import { cancelSendings, stillToCome } from "./cancelling.js";
import { erase } from "./erase.js";
import { newest, owned, pageOf, type Tables } from "./tables.js";
import { byCause, timelineOf } from "./timeline.js";

export function memoryContacts(tables: Tables): Contacts {
  const { contacts } = tables;

  function find(organization: string, id: string): Contact | undefined {
    const contact = contacts.get(id);
    return contact?.organization === organization ? contact : undefined;
  }

  function isTaken({ id, organization, email }: Contact): boolean {
    return [...contacts.values()].some(
      (other) => other.organization === organization && other.email === email && other.id !== id,
    );
  }

  function optOut(id: string, now: number): void {
    const marketing = stillToCome(tables, id).filter(({ row }) => row.purpose === "marketing");
    cancelSendings(tables, marketing, "opted_out", now);
  }

  return {
    get: async (organization, id) => find(organization, id),

    list: async (organization, filter, page) =>
      pageOf(
        newest([...contacts.values()].filter((one) => one.organization === organization && matches(one, filter))),
        page,
      ),

    async create(contact) {
      if (isTaken(contact)) return "conflict";
      contacts.set(contact.id, contact);
      return "created";
    },

    async patch(organization, id, patch, now) {
      const contact = find(organization, id);
      if (!contact) return undefined;
      const next = patched(contact, patch, now);
      if (isTaken(next)) return "conflict";
      contacts.set(id, next);
      if (next.unsubscribed) optOut(id, now);
      return next;
    },

    async remove(organization, id, now) {
      if (!find(organization, id)) return false;
      contacts.delete(id);
      cancelSendings(tables, stillToCome(tables, id), "by_call", now);
      return true;
    },

    async optOut(organization, id, now) {
      const contact = find(organization, id);
      if (!contact) return false;
      if (!contact.unsubscribed) contacts.set(id, { ...contact, unsubscribed: true, updatedAt: now });
      optOut(id, now);
      return true;
    },

    async erase(organization, id, now) {
      const contact = find(organization, id);
      return contact && erase(tables, contact, now);
    },

    async timeline(organization, id, page) {
      const theirs = [...tables.sendings.values()].filter(
        ({ row }) => row.contactId === id && row.organization === organization,
      );
      const placed = theirs.flatMap(timelineOf).sort(byCause).reverse();
      return pageOf(
        placed.map(({ entry, sendingId }) => ({ ...entry, sendingId })),
        page,
      );
    },

    async suppress(organization, email) {
      tables.suppressed.add(owned(organization, email));
    },
  };
}

function matches(contact: Contact, { search, email, phone, locationId }: ContactFilter): boolean {
  const words = [contact.email, contact.firstName, contact.lastName].join(" ").toLowerCase();
  return (
    (search === undefined || words.includes(search.toLowerCase())) &&
    (email === undefined || contact.email === email) &&
    (phone === undefined || contact.phone === phone) &&
    (locationId === undefined || contact.locationId === locationId)
  );
}
