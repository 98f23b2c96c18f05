import type { Entity, EventStatus, InboxEvent, IntakeResult, NewEvent, RefusedRequest, Settled } from "./inbox.js";
import type { Instant } from "./model.js";
import type { Page, PageRequest } from "./paging.js";

export interface EventFilter {
  source?: string;
  status?: EventStatus;
  type?: string;
  /** Received at or after. */
  from?: Instant;
  /** Received before. */
  to?: Instant;
}

export interface SourceCounts {
  /** All that are kept, whatever became of them. */
  received: number;
  processed: number;
  ignored: number;
  dead: number;
  refused: number;
  /** Received and not yet settled. */
  waiting: number;
  lastEventAt: Instant | null;
  /** The newest note of a dead event. */
  lastError: string | null;
}

export interface Inbox {
  /** Keeps each event whose delivery id is new to its source; answers `false` for those that were there. One transaction. */
  accept(events: readonly NewEvent[]): Promise<boolean[]>;
  /** Takes waiting events of the source that are due and not leased, the longest due first. */
  claimDue(source: string, now: Instant, leaseUntil: Instant, limit: number): Promise<InboxEvent[]>;
  /** Gives claims back, to be taken up again at once. `lease`: the `leaseUntil` they were taken with. */
  release(ids: readonly string[], lease: Instant): Promise<void>;
  /** When the next event of the source is due or its lease lapses; `null` when none waits. */
  nextDue(source: string): Promise<Instant | null>;
  /**
   * Carries out what an event causes, in this order: redacts, updates the entity (`updatedEntity`), re-anchors what waits for its times
   * when they changed (not what is in a call: its wait is over), cancels, accepts each plan (the business key, `judge`; nobody is started
   * for an entity that `isClosed`), keeps the event that tells an `untoldRefund` (`wholeRefund`), unless there is one, and settles the
   * event (`settledAs`). Twice does what once does. With a status other than `processed` nothing but the event itself is written.
   */
  settle(result: IntakeResult, now: Instant): Promise<Settled>;
  get(organization: string, id: string): Promise<InboxEvent | undefined>;
  /** Newest first; without bodies. */
  list(organization: string, filter: EventFilter, page: PageRequest): Promise<Page<InboxEvent>>;
  refuse(request: RefusedRequest): Promise<void>;
  /** Newest first. */
  refused(organization: string, source: string, page: PageRequest): Promise<Page<RefusedRequest>>;
  counts(organization: string, source: string): Promise<SourceCounts>;
  /** By any of its keys. */
  entity(organization: string, source: string, key: string): Promise<Entity | undefined>;
  /** Entities whose end is to be told by `by`, earliest first. */
  ended(by: Instant, limit: number): Promise<Entity[]>;
  /** Keeps `event` and notes that the entity's end was told, in one transaction; `false` when it was told, or has moved, already. */
  tellEnded(entity: Entity, event: NewEvent): Promise<boolean>;
  /** The state that a person gave a source; `undefined`: what its file says. */
  sourceState(organization: string, source: string): Promise<SourceState | undefined>;
  setSourceState(organization: string, source: string, state: SourceState, now: Instant): Promise<void>;
}
export type SourceState = "running" | "paused" | "stopped";
