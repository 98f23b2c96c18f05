import type { Ids } from "../contracts/clock.js";
import type { Directory } from "../contracts/directory.js";
import { Refusal } from "../contracts/errors.js";
import type { Normalizer } from "../contracts/people.js";
import type { ContactFields } from "../contracts/rules.js";
import type { PersonOutcome, PlannedPerson } from "../contracts/accept.js";
import type { ExecuteCall, ExecuteContact } from "../contracts/verbs.js";

/** The people of a call, one per address, and for each contact of the call which of them it is. */
export interface Plan {
  people: PlannedPerson[];
  entries: Entry[];
}

/** `person` indexes `people`; `undefined` when the address cannot be one. */
interface Entry {
  email: string;
  person: number | undefined;
  repeated: boolean;
}

/** What the answer says of one contact of the call. */
export interface ContactResult {
  email: string;
  contactId: string | null;
  sendingId?: string;
  status: PersonOutcome["status"] | "invalid" | "duplicate";
  reason?: string;
}

/** Reads the contacts of a call. Refuses unknown locations and employees, before anything is written. */
export function planned(call: ExecuteCall, parts: { directory: Directory; normalizer: Normalizer; ids: Ids }): Plan {
  requirePlaces(call, parts.directory);
  const people: PlannedPerson[] = [];
  const seen = new Map<string, number>();
  const entries = call.contacts.map((contact): Entry => {
    const person = personOf(call, contact, parts);
    if (!person) return { email: contact.email, person: undefined, repeated: false };
    const index = seen.get(person.email);
    const earlier = index === undefined ? undefined : people[index];
    if (index !== undefined && earlier) {
      people[index] = merged(earlier, person);
      return { email: contact.email, person: index, repeated: true };
    }
    seen.set(person.email, people.length);
    people.push(person);
    return { email: contact.email, person: people.length - 1, repeated: false };
  });
  return { people: people.map((person) => underCall(call, person)), entries };
}

/** The results in the order of the call. */
export function results({ entries }: Plan, outcomes: readonly PersonOutcome[]): ContactResult[] {
  return entries.map(({ email, person, repeated }) => {
    const outcome = person === undefined ? undefined : outcomes[person];
    if (!outcome) return { email, contactId: null, status: "invalid", reason: "bad_address" };
    const { contactId, sendingId, status, reason } = outcome;
    if (repeated) return { email, contactId, status: "duplicate", reason: "duplicate_in_call" };
    if (reason) return { email, contactId, status, reason };
    return { email, contactId, status, ...(sendingId === null ? {} : { sendingId }) };
  });
}

/** What one entry says itself. What the whole call says is laid under it when all that is said of the person is known. */
function personOf(
  call: ExecuteCall,
  contact: ExecuteContact,
  { directory, normalizer, ids }: { directory: Directory; normalizer: Normalizer; ids: Ids },
): PlannedPerson | undefined {
  requirePlaces(contact, directory);
  const { email: raw, locationId, employeeId, context, ...fields } = contact;
  const email = normalizer.email(raw);
  if (email === undefined) return undefined;
  if (typeof fields.phone === "string") {
    const place = locationId ?? call.locationId;
    const location = place === undefined ? undefined : directory.location(place);
    fields.phone = normalizer.phone(fields.phone, location?.country ?? null);
  }
  return {
    contactId: ids.next(),
    sendingId: ids.next(),
    email,
    fields,
    locationId: locationId ?? null,
    employeeId: employeeId ?? null,
    context: { ...context },
  };
}

function underCall({ locationId, employeeId, context }: ExecuteCall, person: PlannedPerson): PlannedPerson {
  return {
    ...person,
    locationId: person.locationId ?? locationId ?? null,
    employeeId: person.employeeId ?? employeeId ?? null,
    context: { ...context, ...person.context },
  };
}

function requirePlaces(
  { locationId, employeeId }: Pick<ExecuteContact, "locationId" | "employeeId">,
  directory: Directory,
): void {
  if (locationId !== undefined && !directory.location(locationId))
    throw unknown("UNKNOWN_LOCATION", "location", locationId);
  if (employeeId !== undefined && !directory.employee(employeeId))
    throw unknown("UNKNOWN_EMPLOYEE", "employee", employeeId);
}

function unknown(code: "UNKNOWN_LOCATION" | "UNKNOWN_EMPLOYEE", kind: string, id: string): Refusal {
  return new Refusal(code, `There is no ${kind} with the id ${id}`, { [`${kind}Id`]: id });
}

/** The same person named twice: what the later one says wins, tags and custom fields add up. */
function merged(earlier: PlannedPerson, later: PlannedPerson): PlannedPerson {
  return {
    ...earlier,
    fields: mergedFields(earlier.fields, later.fields),
    locationId: later.locationId ?? earlier.locationId,
    employeeId: later.employeeId ?? earlier.employeeId,
    context: { ...earlier.context, ...later.context },
  };
}

function mergedFields(earlier: ContactFields, later: ContactFields): ContactFields {
  const fields: ContactFields = { ...earlier, ...later };
  // Not merged as into a contact: a `null` survives here, since it is to clear what the contact has.
  if (earlier.customFields && later.customFields)
    fields.customFields = { ...earlier.customFields, ...later.customFields };
  if (earlier.tags && later.tags) fields.tags = [...earlier.tags, ...later.tags];
  return fields;
}
