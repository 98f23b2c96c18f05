/**
 * The nouns of Furrow. Every store keeps these and nothing else; every part of the runtime speaks of them by these names.
 * Times are numbers (milliseconds since the Unix epoch, UTC); they become ISO 8601 text only at the HTTP edge.
 */

/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

/** A length of time in milliseconds. A day is 24 hours. */
export type Duration = number;

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A person: one per email address and organization. `email` is trimmed and lower-cased. */
export interface Contact {
  id: string;
  organization: string;
  email: string;
  firstName: string | null;
  lastName: string | null;
  /** E.164 when it could be normalised, else as it was given. */
  phone: string | null;
  title: string | null;
  preferredLanguage: string | null;
  /** IANA name, as `Europe/Berlin`. */
  timeZone: string | null;
  locationId: string | null;
  customFields: JsonObject;
  tags: string[];
  unsubscribed: boolean;
  createdAt: Instant;
  updatedAt: Instant;
}

/** `draft` and `archived` start nobody; `paused` also holds the people inside where they are. */
export type SequenceStatus = "draft" | "active" | "paused" | "archived";

/** Decides consent: an opted-out contact still gets `transactional` messages and never `marketing` ones. */
export type Purpose = "transactional" | "marketing";

/** A named, versioned list of steps. `version` names the newest {@link SequenceVersion}. */
export interface Sequence {
  id: string;
  organization: string;
  key: string;
  name: string;
  status: SequenceStatus;
  version: number;
  purpose: Purpose;
  createdAt: Instant;
  updatedAt: Instant;
}

/** What a sequence does. Immutable once stored under a version; a running sending keeps the version it started with. */
export interface SequenceDefinition {
  purpose: Purpose;
  /**
   * Refuses a contact that was here less than `cooldown` ago; `per: "entity"`: that was here for the same entity (or, like now, for none).
   * `null`: everybody may come again at any time.
   */
  reentry: { cooldown: Duration | "forever"; per?: "entity" } | null;
  /** The words of events that end those inside whose entity the event is about. Missing: none. */
  exitWhen?: string[];
  steps: StepDefinition[];
}

/** One step as it is stored: `settings` is what the step type `type` made of the file, templates included. */
export interface StepDefinition {
  id: string;
  type: string;
  /** Passes before the step begins. */
  delay: Duration;
  /** CEL; the step is skipped when it is not true. */
  when: string | null;
  settings: JsonObject;
}

export interface SequenceVersion {
  sequenceId: string;
  version: number;
  definition: SequenceDefinition;
  createdAt: Instant;
}

/** One accepted execute call: 1 to 100 contacts through one version of one sequence. */
export interface Execution {
  id: string;
  organization: string;
  sequenceId: string;
  sequenceVersion: number;
  /** Who asked: `api`, `cli`, or the name of a source. */
  source: string;
  eventId: string | null;
  entity: string | null;
  status: ExecutionStatus;
  contactsProcessed: number;
  sendingsCreated: number;
  startAt: Instant;
  createdAt: Instant;
}
export type ExecutionStatus = "running" | "completed" | "cancelled";

/**
 * What a sending is doing, as the store keeps it. `open`: on its way, moved by the clock. `held`: waits for a person.
 * The others are ends; `failed` can be taken up again by a person, `completed` and `cancelled` cannot.
 */
export type SendingState = "open" | "held" | "completed" | "failed" | "cancelled";

/** What a caller sees: `open` is told as `pending` (due), `scheduled` (not yet due) or `sent` (something was handed over). */
export type SendingStatus = "pending" | "scheduled" | "sent" | "completed" | "failed" | "cancelled" | "held";

/** Why a sending stands where it stands. */
export type SendingReason =
  | "channel_paused"
  | "uncertain"
  | "exited"
  | "rejected"
  | "bad_address"
  | "suppressed"
  | "template"
  | "by_call"
  | "by_entity"
  | "opted_out"
  | "erased"
  | "sequence_archived"
  | "past"
  | "no_time";

/**
 * Where a sending stands in its sequence. `stage` is `before` while the step at `stepIndex` has not begun (its delay runs or has
 * passed) and `inside` while a wait of that step runs.
 */
export interface Position {
  state: SendingState;
  reason: SendingReason | null;
  stepIndex: number;
  stepId: string | null;
  /**
   * `anchored`: inside a wait that follows the times of the entity, or `held` because it has none to follow: it is begun again when they
   * change.
   */
  stage: "before" | "inside" | "anchored";
  /** When the next thing happens; `null` when nothing will by itself. */
  dueAt: Instant | null;
  /** The paused channel it waits for. A parked sending is not due, whatever `dueAt` says, until its channel resumes. */
  parkedOn: string | null;
  /** Calls of this step that were deferred: decides the back-off. */
  deferrals: number;
  /** Calls of this step that ended uncertain: decides whether another try is allowed. */
  doubts: number;
}

/** One contact's way through one execution. */
export interface Sending extends Position {
  id: string;
  organization: string;
  executionId: string;
  sequenceId: string;
  sequenceVersion: number;
  purpose: Purpose;
  contactId: string;
  locationId: string | null;
  employeeId: string | null;
  entity: string | null;
  context: JsonObject;
  /** Messages that a provider took. */
  handedOver: number;
  createdAt: Instant;
  updatedAt: Instant;
}

/** How one call of a channel ended. */
export type OutcomeStatus = "accepted" | "rejected" | "deferred" | "uncertain";

/** One call of a channel for one step of one sending: a row of the ledger of effects. It exists from just before the call on. */
export interface Attempt {
  id: string;
  sendingId: string;
  stepId: string;
  channel: string;
  state: "calling" | OutcomeStatus;
  reason: string | null;
  providerId: string | null;
  claimedAt: Instant;
  callingAt: Instant;
  settledAt: Instant | null;
}

export type TimelineKind =
  "created" | "waiting" | "claimed" | "calling" | "settled" | "skipped" | "held" | "moved" | "cancelled" | "completed";

/** One thing that happened to a sending, oldest first in its timeline. Attempts tell `claimed`, `calling` and `settled`. */
export interface TimelineEntry {
  at: Instant;
  kind: TimelineKind;
  stepId: string | null;
  attemptId: string | null;
  outcome: OutcomeStatus | null;
  reason: string | null;
  providerId: string | null;
  note: string | null;
}

/** A timeline entry that the engine writes itself; the ledger's own entries come from the attempts. */
export interface Note {
  kind: "created" | "waiting" | "settled" | "skipped" | "held" | "moved" | "cancelled" | "completed";
  stepId: string | null;
  reason: string | null;
  note: string | null;
  /** When it happened; missing: at the time of the write that brings it. */
  at?: Instant;
}

/** A message that the channel `outbox` took instead of a provider. */
export interface OutboxMessage {
  id: string;
  organization: string;
  at: Instant;
  sendingId: string;
  stepId: string;
  attemptId: string;
  channel: string;
  to: string;
  from: string | null;
  replyTo: string | null;
  subject: string;
  text: string;
  html: string | null;
  headers: Record<string, string>;
}

/** Whether a channel takes messages. While it is paused, sendings that need it are parked. */
export interface ChannelState {
  name: string;
  state: "ok" | "paused";
  reason: string | null;
  since: Instant | null;
  /** When one message may be tried although the channel is paused; `null`: only a person resumes it. */
  probeAt: Instant | null;
}

/** A key as it is stored: never the key itself, only the lower-case hex SHA-256 of it. */
export interface ApiKey {
  id: string;
  organization: string;
  name: string;
  hash: string;
  scopes: string[];
  active: boolean;
  expiresAt: Instant | null;
  /** Coarse: written at most once a minute. */
  lastUsedAt: Instant | null;
  createdAt: Instant;
}

/** A place of business, from `locations.yaml`. */
export interface Location {
  id: string;
  key: string;
  name: string;
  email: string | null;
  timeZone: string | null;
  /** ISO 3166-1 alpha-2: the country that phone numbers without a prefix belong to. */
  country: string | null;
  language: string | null;
  reviewLinks: Record<string, string>;
}

/** Somebody who works there, from `employees.yaml`. `location` is the key of a location. */
export interface Employee {
  id: string;
  key: string;
  name: string;
  email: string | null;
  timeZone: string | null;
  country: string | null;
  language: string | null;
  reviewLinks: Record<string, string>;
  location: string | null;
}
