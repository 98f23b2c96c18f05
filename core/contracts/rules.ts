import type {
  Contact,
  Instant,
  JsonObject,
  Purpose,
  Sending,
  SendingReason,
  SendingStatus,
  SequenceDefinition,
} from "./model.js";

/**
 * The rules that hold in every store, written once: a store fetches the facts and keeps what comes out. All of them are pure and may
 * run more than once inside one transaction.
 */

/** Fields of a contact as a call gives them: a missing one stays as it is, `null` clears, `tags` are added, `customFields` merged. */
export interface ContactFields {
  firstName?: string | null;
  lastName?: string | null;
  phone?: string | null;
  title?: string | null;
  preferredLanguage?: string | null;
  timeZone?: string | null;
  customFields?: JsonObject | null;
  tags?: string[] | null;
}

/** `PATCH /contacts/{id}`: as {@link ContactFields}, but `tags` replace, and what an execute call never touches can be set. */
export interface ContactPatch extends ContactFields {
  email?: string;
  unsubscribed?: boolean;
  locationId?: string | null;
}

const scalars = ["firstName", "lastName", "phone", "title", "preferredLanguage", "timeZone"] as const;

/** A contact that nobody has seen before, with nothing but its address. */
export function newContact(id: string, organization: string, email: string, now: Instant): Contact {
  return {
    id,
    organization,
    email,
    firstName: null,
    lastName: null,
    phone: null,
    title: null,
    preferredLanguage: null,
    timeZone: null,
    locationId: null,
    customFields: {},
    tags: [],
    unsubscribed: false,
    createdAt: now,
    updatedAt: now,
  };
}

/** An execute call's fields on a contact. `locationId` is taken only when the contact has none; `unsubscribed` is never changed. */
export function upserted(contact: Contact, fields: ContactFields, locationId: string | null, now: Instant): Contact {
  const next = withFields(contact, fields, now);
  if (fields.tags) next.tags = [...new Set([...contact.tags, ...fields.tags])];
  next.locationId = contact.locationId ?? locationId;
  return next;
}

/** A `PATCH` on a contact. */
export function patched(contact: Contact, patch: ContactPatch, now: Instant): Contact {
  const next = withFields(contact, patch, now);
  if (patch.tags) next.tags = [...new Set(patch.tags)];
  if (patch.email !== undefined) next.email = patch.email;
  if (patch.unsubscribed !== undefined) next.unsubscribed = patch.unsubscribed;
  if (patch.locationId !== undefined) next.locationId = patch.locationId;
  return next;
}

function withFields(contact: Contact, fields: ContactFields, now: Instant): Contact {
  const next = { ...contact, updatedAt: now };
  for (const name of scalars) {
    const value = fields[name];
    if (value !== undefined) next[name] = value;
  }
  if (fields.tags === null) next.tags = [];
  if (fields.customFields !== undefined) next.customFields = mergedObject(contact.customFields, fields.customFields);
  return next;
}

/** `patch` laid over `base`, key by key; a key that is `null` in the patch is removed, a `null` patch empties. */
export function mergedObject(base: JsonObject, patch: JsonObject | null): JsonObject {
  if (patch === null) return {};
  const entries = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) entries.delete(key);
    else entries.set(key, value);
  }
  return Object.fromEntries(entries);
}

/** What a store knows about a person when an execute call names them. */
export interface Standing {
  unsubscribed: boolean;
  /** The address bounced for good, complained, or was erased. */
  suppressed: boolean;
  /** The business key of the event's plan was used for this person; `false` for every other call. */
  repeated: boolean;
  /** When the newest sending of this contact in this sequence was created that was not cancelled before its first message; with `per: "entity"` only of the same entity. */
  lastSendingAt: Instant | null;
}

export type Verdict =
  | { status: "queued"; reason: null }
  | { status: "repeated"; reason: "repeated" }
  | { status: "unsubscribed"; reason: "opted_out" | "suppressed" }
  | { status: "cooldown"; reason: "cooldown" };

/** Whether a person may be sent this sequence now. */
export function judge(
  standing: Standing,
  rule: { purpose: Purpose; reentry: SequenceDefinition["reentry"] },
  now: Instant,
): Verdict {
  if (standing.repeated) return { status: "repeated", reason: "repeated" };
  if (standing.suppressed) return { status: "unsubscribed", reason: "suppressed" };
  if (standing.unsubscribed && rule.purpose !== "transactional") return { status: "unsubscribed", reason: "opted_out" };
  if (rule.reentry && standing.lastSendingAt !== null) {
    const { cooldown } = rule.reentry;
    if (cooldown === "forever" || standing.lastSendingAt + cooldown > now)
      return { status: "cooldown", reason: "cooldown" };
  }
  return { status: "queued", reason: null };
}

/** What a caller is told of a sending at the time `now`. */
export function statusOf(sending: Pick<Sending, "state" | "handedOver" | "dueAt">, now: Instant): SendingStatus {
  if (sending.state !== "open") return sending.state;
  if (sending.handedOver > 0) return "sent";
  return sending.dueAt !== null && sending.dueAt > now ? "scheduled" : "pending";
}

/** The reasons that `cancel` may give. */
export type CancelReason = Extract<
  SendingReason,
  "by_call" | "by_entity" | "opted_out" | "erased" | "sequence_archived" | "past"
>;
