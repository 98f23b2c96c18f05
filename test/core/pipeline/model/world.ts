import type { Instant, JsonObject, SequenceStatus } from "../../../../core/contracts/model.js";
import type { ContactFields } from "../../../../core/contracts/rules.js";

/** An id that nothing has. */
export const nobody = "01900000-0000-7000-8000-ffffffffffff";

/** What one call of the channel is to come to. `401` and `403` pause the channel, the latter for a quarter of an hour. */
export type Kind = "accepted" | "rejected" | "deferred" | "later" | "uncertain" | "throws" | "401" | "403";

/** `one` makes an exception for one address; it never pauses, and counts only while `all` does not either. */
export interface Behaviour {
  all: Kind;
  one?: { email: string; kind: Kind };
}

export interface Person extends Required<ContactFields> {
  id: string;
  email: string;
  locationId: string | null;
  customFields: JsonObject;
  tags: string[];
  unsubscribed: boolean;
  createdAt: Instant;
}

/** Where a way stands. `inside`: a wait of its step runs. */
export interface Position {
  state: "open" | "held" | "completed" | "failed" | "cancelled";
  reason: string | null;
  step: number;
  inside: boolean;
  dueAt: Instant | null;
  parked: boolean;
  deferrals: number;
  doubts: number;
}

/** One sending: a person's way through a sequence. */
export interface Way extends Position {
  id: string;
  executionId: string;
  sequence: string;
  personId: string;
  locationId: string | null;
  employeeId: string | null;
  context: JsonObject;
  createdAt: Instant;
  handedOver: number;
  /** The call in the air: where it came from, and whether it probes the channel. */
  calling: { position: Position; probes: boolean } | null;
  /** Every call that the channel was handed, but those that paused it. */
  calls: string[];
}

/** One entry of an answer's `results`. */
export interface Result {
  email: string;
  contactId: string | null;
  sendingId?: string;
  status: string;
  reason?: string;
}
export interface Data {
  sequenceId: string;
  sequenceName: string;
  executionId: string | null;
  contactsProcessed: number;
  sendingsCreated: number;
  results: Result[];
}

/** All that ought to be true: plain data, so that a copy of it can try how things might have gone. */
export interface World {
  now: Instant;
  people: Map<string, Person>;
  suppressed: Set<string>;
  ways: Map<string, Way>;
  executions: Map<string, { sequence: string; startAt: Instant; createdAt: Instant; cancelled: boolean; data: Data }>;
  /** The answers under their keys. */
  kept: Map<string, { fingerprint: string; data: Data; at: Instant }>;
  statuses: Map<string, SequenceStatus>;
  paused: boolean;
  probeAt: Instant | null;
  sweepAt: Instant;
  behaviour: Behaviour;
  /** Calls do not come back for now. */
  hanging: boolean;
}

export function newWorld(now: Instant, sequences: readonly string[]): World {
  return {
    now,
    people: new Map(),
    suppressed: new Set(),
    ways: new Map(),
    executions: new Map(),
    kept: new Map(),
    statuses: new Map(sequences.map((key) => [key, "active"])),
    paused: false,
    probeAt: null,
    sweepAt: now,
    behaviour: { all: "accepted" },
    hanging: false,
  };
}

export function byEmail(world: World, email: string): Person | undefined {
  return [...world.people.values()].find((person) => person.email === email);
}

export function pauses(kind: Kind): boolean {
  return kind === "401" || kind === "403";
}

export function kindFor({ all, one }: Behaviour, email: string): Kind {
  return one && one.email === email && !pauses(all) ? one.kind : all;
}

/**
 * Nobody's mail can be rendered who is a count. Not while the channel is being paused: which of the mails of one moment are rendered
 * before it is known to be paused is nobody's promise.
 */
export function isUnprintable({ all }: Behaviour, title: string | null): boolean {
  return title === "Count" && !pauses(all);
}
