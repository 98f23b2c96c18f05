import type { AcceptPlan } from "./accept.js";
import type { EventReason } from "./plugin.js";
import type { Duration, Instant, JsonObject } from "./model.js";
import type { CancelReason } from "./rules.js";

/** `received`: waits for the intake. `dead`: failed for good, a person may replay it. */
export type EventStatus = "received" | "processed" | "ignored" | "dead";

/** An event as it is kept: raw, before any work, once per source and delivery id. */
export interface InboxEvent {
  id: string;
  organization: string;
  source: string;
  /** The platform's id of the event; of a replay `replay:` and its own id. */
  deliveryId: string;
  /** The platform's own topic. */
  type: string;
  status: EventStatus;
  reason: EventReason | null;
  occurredAt: Instant | null;
  receivedAt: Instant;
  /** Without signatures and other secrets. */
  headers: Readonly<Record<string, string>>;
  /** The query of the request, without `?`. */
  query: string;
  /** Its exact bytes; empty once a person in it was forgotten. */
  body: Uint8Array;
  /** What it was translated into, people included; empty once a person in it was forgotten. */
  commands: readonly JsonObject[];
  executionIds: readonly string[];
  notes: readonly string[];
  /** The event that this one repeats by hand. */
  replayOf: string | null;
  /** How often the intake has failed with it. */
  failures: number;
  /** When the intake takes it up (again); `null` once it is settled. */
  dueAt: Instant | null;
}

export type NewEvent = Pick<
  InboxEvent,
  | "id"
  | "organization"
  | "source"
  | "deliveryId"
  | "type"
  | "occurredAt"
  | "receivedAt"
  | "headers"
  | "query"
  | "body"
  | "replayOf"
  | "dueAt"
>;

/** A request that was not let in. Nothing of its body is kept. */
export interface RefusedRequest {
  id: string;
  organization: string;
  source: string;
  at: Instant;
  reason: "missing_signature" | "bad_signature" | "stale" | "malformed" | "too_large";
  remote: string;
  headers: Readonly<Record<string, string>>;
}

/** An order or a booking that started something: what a later event about it refers to. One per source, kind and id. */
export interface Entity {
  organization: string;
  source: string;
  /** As `order:1001`, by the newest id that the platform gave it. */
  key: string;
  kind: "order" | "booking";
  /** Of an `OrderReading` or a `BookingReading`. */
  status: string | null;
  startsAt: Instant | null;
  endsAt: Instant | null;
  /** The reading, whole; empty once a person in it was forgotten. */
  data: JsonObject;
  version: number | null;
  updatedAt: Instant;
  /** When `booking.ended` is to be made for it; `null`: never, or it was made. */
  endedDueAt: Instant | null;
}

/** What an event says of an entity; `updatedEntity` has the rules. */
export interface EntityUpdate {
  kind: Entity["kind"];
  key: string;
  /** Further keys that later events may use for it, as `order:payment:abc`. */
  aliases: readonly string[];
  /** The key of the booking that this one takes the place of: both are one entity from now on, under the new key. */
  replaces: string | null;
  /** `null` leaves what is known, also in `startsAt` and `endsAt`. */
  status: string | null;
  startsAt: Instant | null;
  endsAt: Instant | null;
  data: JsonObject;
  version: number | null;
  /** After the end; `null`: `booking.ended` is not made by us. */
  endedDelay: Duration | null;
}

/** An execute call of an event. */
export interface EventPlan extends AcceptPlan {
  /** The business key, with the contact: what was started once under it is `repeated`, whatever the number of deliveries. */
  once: { source: string; rule: string; entity: string | null };
  /** The event itself tells that the entity is over: its rules are meant for that. */
  evenIfOver: boolean;
}

/** How the intake of one event ended, with all that it causes: carried out in one transaction. */
export interface IntakeResult {
  eventId: string;
  /** Of the claim: a claim that was lost changes nothing. */
  lease: Instant;
  /** `received`: again at `retryAt`, one failure more. */
  status: EventStatus;
  reason: EventReason | null;
  notes: readonly string[];
  commands: readonly JsonObject[];
  entity: EntityUpdate | null;
  plans: readonly EventPlan[];
  /** Ends what the entity started and has not finished; `sequenceIds` narrows it to those sequences. */
  cancels: readonly { source: string; entity: string; reason: CancelReason; sequenceIds: readonly string[] | null }[];
  /** Addresses to forget: their contacts are erased, kept bodies and commands with them emptied. */
  redact: readonly string[];
  /** The intake tries again then; only with `received`. */
  retryAt: Instant | null;
  /** The id of the event that is kept when it turns out that nothing is left of the order (`wholeRefund`). */
  wholeRefundId: string;
}

/** What became of an `IntakeResult`. */
export interface Settled {
  /** `false`: the claim was lost, and nothing was written. */
  held: boolean;
  status: EventStatus;
  reason: EventReason | null;
  /** Executions that are to be advanced, and when: those that were started, and those whose waits were moved. */
  ring: readonly { executionId: string; at: Instant }[];
  /** When the entity's end is to be told; `null` when it is not. */
  endedDueAt: Instant | null;
  /** An event was kept that tells that all of an order was given back: the intake is to be rung for. */
  isGivenBack: boolean;
}
