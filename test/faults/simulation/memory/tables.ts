import type { KeptEntity } from "../../../../core/contracts/entities.js";
import type { InboxEvent, RefusedRequest } from "../../../../core/contracts/inbox.js";
import type {
  ApiKey,
  Attempt,
  ChannelState,
  Contact,
  Execution,
  Instant,
  Note,
  OutboxMessage,
  Position,
  Sending,
  Sequence,
  SequenceVersion,
} from "../../../../core/contracts/model.js";
import type { Page, PageRequest, SourceState } from "../../../../core/contracts/store.js";

/** Rows are replaced and never changed: what was handed out stays as it was. */
export interface Tables {
  contacts: Map<string, Contact>;
  /** As {@link owned} of organization and address. */
  suppressed: Set<string>;
  sequences: Map<string, Sequence>;
  /** As {@link owned} of sequence and version. */
  versions: Map<string, SequenceVersion>;
  executions: Map<string, KeptExecution>;
  sendings: Map<string, KeptSending>;
  /** As {@link owned} of organization and key. */
  answers: Map<string, KeptAnswer>;
  paused: Map<string, ChannelState>;
  outbox: OutboxMessage[];
  keys: Map<string, ApiKey>;
  secrets: Map<string, Uint8Array>;
  events: Map<string, KeptEvent>;
  refused: RefusedRequest[];
  entities: Set<KeptThing>;
  /** Business keys. */
  started: Set<string>;
  /** As {@link owned} of organization and source. */
  sourceStates: Map<string, SourceState>;
}

export interface KeptEvent {
  row: InboxEvent;
  lease: Instant | null;
  isForgotten: boolean;
}

/** `keys`: every name, and whether a newer one has taken its place. */
export interface KeptThing {
  row: KeptEntity;
  keys: Map<string, boolean>;
}

export interface KeptExecution {
  row: Execution;
  dueAt: Instant | null;
  sendings: KeptSending[];
}

export interface KeptSending {
  row: Sending;
  claim: { attemptId: string; leaseUntil: Instant } | null;
  notes: (Note & { at: Instant })[];
  attempts: Map<string, KeptAttempt>;
}

/** `after` so many notes of its sending. */
export interface KeptAttempt {
  row: Attempt;
  after: number;
}

export interface KeptAnswer {
  organization: string;
  fingerprint: string;
  body: string;
  executionId: string;
  contactIds: (string | null)[];
  createdAt: Instant;
}

export function emptyTables(): Tables {
  return {
    contacts: new Map(),
    suppressed: new Set(),
    sequences: new Map(),
    versions: new Map(),
    executions: new Map(),
    sendings: new Map(),
    answers: new Map(),
    paused: new Map(),
    outbox: [],
    keys: new Map(),
    secrets: new Map(),
    events: new Map(),
    refused: [],
    entities: new Set(),
    started: new Set(),
    sourceStates: new Map(),
  };
}

/** One name of two. */
export function owned(owner: string, name: string | number): string {
  return `${owner} ${name}`;
}

export function pageOf<T>(items: readonly T[], { page, limit }: PageRequest): Page<T> {
  return { items: items.slice((page - 1) * limit, page * limit), total: items.length };
}

/** Newest first. */
export function newest<T extends { id: string; createdAt: Instant }>(rows: Iterable<T>): T[] {
  return [...rows].sort((a, b) => b.createdAt - a.createdAt || compare(b.id, a.id));
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The due time of an execution is at most `at` from now on. */
export function dueSooner(execution: KeptExecution | undefined, at: Instant): void {
  if (execution) execution.dueAt = Math.min(execution.dueAt ?? at, at);
}

/** Whether the claim on a sending has made a call that nobody has settled. */
export function isCalling({ claim, attempts }: KeptSending): boolean {
  return claim !== null && attempts.get(claim.attemptId)?.row.state === "calling";
}

/** Whether nothing but the clock is needed for it to go on. */
export function isMoving({ row }: KeptSending): boolean {
  return row.state === "open" && row.parkedOn === null;
}

/** Puts a sending where it is to stand, and ends any claim on it. */
export function place(sending: KeptSending, position: Position, notes: readonly Note[], now: Instant): void {
  const { state, reason, stepIndex, stepId, stage, dueAt, parkedOn, deferrals, doubts } = position;
  const stand = { state, reason, stepIndex, stepId, stage, dueAt, parkedOn, deferrals, doubts };
  sending.row = { ...sending.row, ...stand, updatedAt: now };
  sending.claim = null;
  for (const note of notes) sending.notes.push({ ...note, at: note.at ?? now });
}
