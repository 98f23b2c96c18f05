import type { JsonObject } from "../../../../core/contracts/model.js";
import type { ContactFields } from "../../../../core/contracts/rules.js";
import { berlin } from "./scripts.js";
import type { Person } from "./world.js";

/** One contact of a call. */
export interface Entry extends ContactFields {
  email: string;
  locationId?: string;
  employeeId?: string;
  context?: JsonObject;
}

/** An execute call, with its sequence by key. */
export interface Call {
  sequence: string;
  contacts: Entry[];
  locationId?: string;
  employeeId?: string;
  context?: JsonObject;
  scheduledAt?: number;
  dryRun?: boolean;
  key?: string;
}

/** A person whom a call names, all that it says of them taken together. */
export interface Guest {
  email: string;
  fields: ContactFields;
  locationId: string | null;
  employeeId: string | null;
  context: JsonObject;
}

/** The spellings that may stand in a call, and the address that each is; `null`: none. */
export const spellings: Record<string, string | null> = {
  "ann@acme.example": "ann@acme.example",
  " Ann@Acme.Example": "ann@acme.example",
  "ben@acme.example": "ben@acme.example",
  "BEN@ACME.EXAMPLE\t": "ben@acme.example",
  "ÜNI@Bücher.example": "üni@bücher.example",
  "üni@bücher.example": "üni@bücher.example",
  "dan.o'neil+x@acme.example": "dan.o'neil+x@acme.example",
  "eve@acme.example": "eve@acme.example",
  "": null,
  nobody: null,
  "two@at@acme.example": null,
  "ann@acme": null,
};
export const addresses = [...new Set(Object.values(spellings))].filter((email) => email !== null);

/** Phone numbers as they may be given, and as a country reads them. */
export const phones: Record<string, { DE: string; none: string }> = {
  "030 1234567": { DE: "+49301234567", none: "030 1234567" },
  "+1 212 555 0100": { DE: "+12125550100", none: "+12125550100" },
  "call me": { DE: "call me", none: "call me" },
};

/** The people of a call, one per address, in the order in which they come first. What is said later of one wins. */
export function guestsOf(call: Call): Guest[] {
  const guests = new Map<string, Guest>();
  for (const { email: spelled, locationId, employeeId, context, ...fields } of call.contacts) {
    const email = spellings[spelled];
    if (email === undefined || email === null) continue;
    const guest = guests.get(email) ?? { email, fields: {}, locationId: null, employeeId: null, context: {} };
    guests.set(email, {
      email,
      fields: later(guest.fields, read(fields, locationId ?? call.locationId)),
      locationId: locationId ?? guest.locationId,
      employeeId: employeeId ?? guest.employeeId,
      context: { ...guest.context, ...context },
    });
  }
  return [...guests.values()].map((guest) => ({
    ...guest,
    locationId: guest.locationId ?? call.locationId ?? null,
    employeeId: guest.employeeId ?? call.employeeId ?? null,
    context: { ...call.context, ...guest.context },
  }));
}

/** What is omitted is unchanged, `null` clears, custom fields are merged key by key, tags are added. */
export function upsert(person: Person, { fields, locationId }: Pick<Guest, "fields" | "locationId">): Person {
  const tags = fields.tags ? union(person.tags, fields.tags) : undefined;
  return { ...withFields(person, fields), ...(tags && { tags }), locationId: person.locationId ?? locationId };
}

/** As {@link upsert}, but tags are replaced. */
export function withFields(person: Person, { customFields, tags, ...scalars }: ContactFields): Person {
  return {
    ...person,
    ...scalars,
    ...(tags !== undefined && { tags: union([], tags ?? []) }),
    ...(customFields !== undefined && { customFields: overlaid(person.customFields, customFields) }),
  };
}

function overlaid(base: JsonObject, patch: JsonObject | null): JsonObject {
  if (patch === null) return {};
  return Object.fromEntries(Object.entries({ ...base, ...patch }).filter(([, value]) => value !== null));
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...some, ...others].filter((tag, index, all) => all.indexOf(tag) === index);
}

function later(earlier: ContactFields, fields: ContactFields): ContactFields {
  const customFields =
    earlier.customFields && fields.customFields
      ? { customFields: { ...earlier.customFields, ...fields.customFields } }
      : {};
  const tags = earlier.tags && fields.tags ? { tags: [...earlier.tags, ...fields.tags] } : {};
  return { ...earlier, ...fields, ...customFields, ...tags };
}

function read(fields: ContactFields, locationId: string | undefined): ContactFields {
  if (typeof fields.phone !== "string") return fields;
  return { ...fields, phone: phones[fields.phone]![locationId === berlin ? "DE" : "none"] };
}
