import type {
  Contact,
  Employee,
  Execution,
  Instant,
  Location,
  OutboxMessage,
  Sending,
  Sequence,
  SequenceDefinition,
  TimelineEntry,
} from "../contracts/model.js";
import { statusOf } from "../contracts/rules.js";
import { durationText } from "./duration-text.js";

const HOUR = 3_600_000;

/** ISO 8601, UTC, with milliseconds. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

export function contactObject(contact: Contact): object {
  const { id, email, firstName, lastName, phone, title, preferredLanguage, timeZone, locationId } = contact;
  const { customFields, tags, unsubscribed, createdAt, updatedAt } = contact;
  return {
    id,
    email,
    firstName,
    lastName,
    phone,
    title,
    preferredLanguage,
    timeZone,
    locationId,
    contactOrganizationId: null,
    customFields,
    tags,
    unsubscribed,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

/** Delays are hours; other lengths of time are written as in a project's files. */
export function sequenceObject(sequence: Sequence, { reentry, steps }: SequenceDefinition): object {
  const { id, key, name, status, version, purpose, createdAt, updatedAt } = sequence;
  const cooldown = reentry && (reentry.cooldown === "forever" ? "forever" : durationText(reentry.cooldown));
  return {
    id,
    key,
    name,
    status,
    version,
    purpose,
    settings: { reentry: reentry && { per: reentry.per ?? "contact", cooldown } },
    steps: steps.map(({ settings, delay, ...step }) => ({ ...settings, ...step, delay: delay / HOUR })),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

export function executionObject(execution: Execution): object {
  const { id, sequenceId, sequenceVersion, source, eventId, entity, status } = execution;
  const { contactsProcessed, sendingsCreated, startAt, createdAt } = execution;
  return {
    id,
    sequenceId,
    sequenceVersion,
    source,
    eventId,
    entity,
    status,
    contactsProcessed,
    sendingsCreated,
    startAt: iso(startAt),
    createdAt: iso(createdAt),
  };
}

/** `stepType` is that of the step where the sending stands. */
export function sendingObject(sending: Sending, stepType: string | null, now: Instant): object {
  const { id, executionId, sequenceId, sequenceVersion, contactId, locationId, employeeId, entity } = sending;
  const { reason, stepId, stepIndex, dueAt, createdAt, updatedAt } = sending;
  return {
    id,
    executionId,
    sequenceId,
    sequenceVersion,
    contactId,
    locationId,
    employeeId,
    entity,
    status: statusOf(sending, now),
    reason,
    step: stepId === null ? null : { id: stepId, type: stepType, index: stepIndex },
    dueAt: isoOrNull(dueAt),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

export function timelineObject(entry: TimelineEntry & { sendingId?: string }): object {
  const { at, kind, stepId, attemptId, outcome, reason, providerId, note, sendingId } = entry;
  const object = { at: iso(at), kind, stepId, attemptId, outcome, reason, providerId, note };
  return sendingId === undefined ? object : { ...object, sendingId };
}

export function messageObject(message: OutboxMessage): object {
  const { id, at, sendingId, stepId, channel, to, from, replyTo, subject, text, html, headers } = message;
  return { id, at: iso(at), sendingId, stepId, channel, to, from, replyTo, subject, text, html, headers };
}

export function locationObject(location: Location): object {
  const { id, key, name, email, timeZone, country, language, reviewLinks } = location;
  return { id, key, name, email, timeZone, country, language, reviewLinks };
}

export function employeeObject({ location, ...person }: Employee): object {
  return { ...locationObject(person), location };
}
