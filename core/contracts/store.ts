import type { AcceptPlan, Accepted } from "./accept.js";
import type { Entity } from "./inbox.js";
import type { Inbox } from "./inbox-store.js";
import type {
  ApiKey,
  ChannelState,
  Contact,
  Execution,
  Instant,
  Note,
  OutboxMessage,
  OutcomeStatus,
  Position,
  Sending,
  SendingState,
  SendingStatus,
  TimelineEntry,
} from "./model.js";
import type { Page, PageRequest } from "./paging.js";
import type { CancelReason, ContactPatch } from "./rules.js";
import type { SequenceShelf } from "./sequence-shelf.js";

export type { EventFilter, Inbox, SourceCounts, SourceState } from "./inbox-store.js";
export type { Page, PageRequest } from "./paging.js";
export type { PublishedSequence, SequenceShelf } from "./sequence-shelf.js";

/**
 * What keeps everything. Each operation is one atomic step named for what it means: it happens whole or not at all, it is durable when
 * its promise resolves (a power cut included), and doing it twice leaves the store as doing it once did. Claims and what the clock is told
 * (`claimDue`, `rest`) outlive the process alone: a power cut takes them back. No operation hands out a transaction. Operations that name
 * an `organization` neither see nor touch rows of another one.
 *
 * Errors: `StoreUnavailable` when the store is locked, full or away (nothing was written); anything else is a defect.
 */
export interface Store {
  readonly contacts: Contacts;
  readonly sequences: SequenceShelf;
  readonly executions: Executions;
  readonly sendings: Sendings;
  readonly attempts: Attempts;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly channels: Channels;
  readonly keys: ApiKeys;
  /** 32 random bytes, made at the first call for `name` and the same ever after. */
  secret(name: string): Promise<Uint8Array>;
  /**
   * Lapses the leases of a dead process at once: all there are, for a process that knows it is alone, else those of `held`. Its `calling`
   * attempts are then found by `attempts.stale` and `attempts.orphans`.
   */
  takeOver(held?: HeldWork): Promise<void>;
  /**
   * Removes what is past its keeping time, at most `limit` rows of each kind; answers how many were removed. Events go by the time they
   * were received, dead ones too; one that waits for the intake is never removed.
   */
  expire(
    before: Readonly<Record<"outbox" | "idempotency" | "events" | "refused", Instant>>,
    limit: number,
  ): Promise<number>;
  /** Resolves when the store can read and write now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What a process has in hand: the sendings of these executions, and the events of these sources. */
export interface HeldWork {
  executions: readonly string[];
  sources: readonly string[];
}

// ---- contacts

export interface ContactFilter {
  /** Part of the address or of a name, in any case. */
  search?: string;
  email?: string;
  phone?: string;
  locationId?: string;
}

export interface Contacts {
  get(organization: string, id: string): Promise<Contact | undefined>;
  /** Newest first. */
  list(organization: string, filter: ContactFilter, page: PageRequest): Promise<Page<Contact>>;
  /** `conflict` when the address is taken. */
  create(contact: Contact): Promise<"created" | "conflict">;
  /** Setting `unsubscribed` opts the contact out, as `optOut` does. `conflict` when the new address is taken. */
  patch(organization: string, id: string, patch: ContactPatch, now: Instant): Promise<Contact | "conflict" | undefined>;
  /**
   * Removes the contact and cancels (`by_call`) what was still to be sent to it, and what had failed, so that nobody takes it up again;
   * `false` when there is none. Of a person who is gone nothing new is kept: no captured message, no words of a provider.
   */
  remove(organization: string, id: string, now: Instant): Promise<boolean>;
  /**
   * Marks the contact unsubscribed and cancels (`opted_out`) what its marketing sequences had still to send, and what had failed in them,
   * so that nobody takes it up again; `false`: no such contact.
   */
  optOut(organization: string, id: string, now: Instant): Promise<boolean>;
  /**
   * Removes the person: the contact, captured messages, contexts, what providers and templates said, and the address out of stored answers,
   * which are replayed still; events and entities that name the address, in whatever case, keep ids and times only; sendings keep ids and times and are cancelled (`erased`), as by `remove`. The address is suppressed by a
   * hash, so that it is never written to again. Freed space is overwritten.
   */
  erase(organization: string, id: string, now: Instant): Promise<Erased | undefined>;
  /** Every timeline entry of the contact's sendings, newest first. */
  timeline(organization: string, id: string, page: PageRequest): Promise<Page<TimelineEntry & { sendingId: string }>>;
  /** Never send to this address again, whatever the purpose. */
  suppress(organization: string, email: string, reason: string, now: Instant): Promise<void>;
}
/** How many contacts and messages were removed, and out of how many sendings and answers the person was taken. */
export interface Erased {
  contacts: number;
  sendings: number;
  messages: number;
  answers: number;
}

// ---- executions

export interface Executions {
  /**
   * Looks the idempotency key up, judges every person (`judge`), upserts the contacts (`upserted`), creates the execution and a sending
   * per `queued` person, and keeps the answer: one transaction. Calls that race with one key make one execution.
   */
  accept(plan: AcceptPlan): Promise<Accepted>;
  /** What was answered under this key, if anything: for a replay before the rules of today are asked. */
  answered(organization: string, key: string): Promise<{ fingerprint: string; body: string } | undefined>;
  get(organization: string, id: string): Promise<Execution | undefined>;
  /** Executions whose earliest due time is at or before `by`, earliest first; those of a paused sequence are left out. */
  dueBy(by: Instant, limit: number, after?: DueExecution): Promise<DueExecution[]>;
  /**
   * Brings the execution's own row up to date with its sendings and answers the next time that one of them is due or its lease lapses,
   * `null` when the clock will move none. With no open or held sending left it is `completed`. A sending whose call is under way is not
   * waited for, but stays due for `dueBy`: its settlement moves it.
   */
  rest(id: string): Promise<Instant | null>;
  /** Cancels (`by_call`) every sending that has not ended, and the execution unless it was completed. */
  cancel(organization: string, id: string, now: Instant): Promise<Execution | undefined>;
}
export interface DueExecution {
  id: string;
  dueAt: Instant;
}

// ---- sendings

export interface SendingFilter {
  status?: SendingStatus;
  sequenceId?: string;
  contactId?: string;
  executionId?: string;
  /** Created at or after. */
  from?: Instant;
  /** Created before. */
  to?: Instant;
}

/** A sending that this process may work on until its lease lapses. Every later write is guarded by `attemptId`. */
export interface Claim {
  attemptId: string;
  claimedAt: Instant;
  sending: Sending;
  contact: Contact;
  /** What the sending is about, as it is known now. */
  entity: Entity | null;
  suppressed: boolean;
}

export interface Sendings {
  get(organization: string, id: string): Promise<Sending | undefined>;
  /** Newest first. `now` decides between `pending` and `scheduled`. */
  list(organization: string, filter: SendingFilter, page: PageRequest, now: Instant): Promise<Page<Sending>>;
  /** Oldest first; starts with `created`. */
  timeline(organization: string, id: string): Promise<TimelineEntry[]>;
  /**
   * Takes open sendings of the execution that are due, not parked and not leased, earliest first, each with a fresh attempt id. Two
   * callers never get the same sending while a lease holds, nor while a call that was made under it has not been settled.
   */
  claimDue(request: {
    executionId: string;
    now: Instant;
    leaseUntil: Instant;
    limit: number;
    newId: () => string;
  }): Promise<Claim[]>;
  /**
   * Puts a sending elsewhere by hand: `position` replaces its own when its state is one of `from`. Any claim on it is fenced off.
   * `conflict` when its state is another. An execution that was completed runs again.
   */
  move(
    organization: string,
    id: string,
    from: readonly SendingState[],
    position: Position,
    notes: readonly Note[],
    now: Instant,
  ): Promise<Sending | "conflict" | undefined>;
  /** Ends an open or held sending; `conflict` when it has ended already. A call that is under way is recorded all the same. */
  cancel(
    organization: string,
    id: string,
    reason: CancelReason,
    now: Instant,
  ): Promise<Sending | "conflict" | undefined>;
}

// ---- attempts

/** What is about to be called. */
export interface Calling {
  attemptId: string;
  sendingId: string;
  stepId: string;
  channel: string;
  claimedAt: Instant;
}

/** How a claim ended and where its sending stands now. */
export interface Settlement {
  sendingId: string;
  attemptId: string;
  /** `null` when no call was made: then the ledger gets no row. */
  outcome: { status: OutcomeStatus; reason: string | null; providerId: string | null } | null;
  position: Position;
  notes: readonly Note[];
  /**
   * The times that an `anchored` position was reckoned with. When the entity has others by now, its wait is begun again: the sending is
   * `open`, before its step and due at once. Missing: as if there were none.
   */
  anchor?: Pick<Entity, "startsAt" | "endsAt">;
}

/** A call that nobody has settled, with the claim it was made under. */
export interface StaleAttempt extends Claim {
  stepId: string;
  channel: string;
}

export interface Attempts {
  /**
   * Writes the ledger rows, before any call. Answers the attempt ids that may call; one is missing when its lease lapsed or its sending
   * was cancelled or moved meanwhile, and must not call.
   */
  calling(attempts: readonly Calling[], now: Instant): Promise<Set<string>>;
  /**
   * Settles all in one write. A row's outcome is kept if it was still `calling`; the sending takes its position and notes only while it
   * is open and held by this attempt. An `accepted` outcome counts as handed over in any case.
   */
  settle(settlements: readonly Settlement[], now: Instant): Promise<void>;
  /** Attempts that have been `calling` since before `before`, with their claims, oldest first. */
  stale(before: Instant, limit: number): Promise<StaleAttempt[]>;
  /** Attempts of these executions that are `calling`, with their claims, oldest first: for when whoever made the calls is dead. */
  orphans(executionIds: readonly string[], limit: number): Promise<StaleAttempt[]>;
}

// ---- the rest

export interface OutboxFilter {
  to?: string;
  sendingId?: string;
}
export interface Outbox {
  /** Once per attempt. */
  capture(message: OutboxMessage): Promise<void>;
  /** Newest first. */
  list(organization: string, filter: OutboxFilter, page: PageRequest): Promise<Page<OutboxMessage>>;
}

export interface Channels {
  /** Only channels that were ever paused have a row; the others are `ok`. */
  get(name: string): Promise<ChannelState>;
  pause(name: string, reason: string, probeAt: Instant | null, now: Instant): Promise<void>;
  /** Marks the channel `ok` and makes what was parked on it due at `now`. */
  resume(name: string, now: Instant): Promise<void>;
  /**
   * For a paused channel whose `probeAt` has come: moves `probeAt` to `next` and makes one parked sending due; answers its execution, or
   * `null` when the time has not come or nothing is parked.
   */
  probe(name: string, now: Instant, next: Instant): Promise<string | null>;
}

export interface ApiKeys {
  create(key: ApiKey): Promise<void>;
  /** By the lower-case hex SHA-256 of the key; revoked and expired ones too. */
  find(hash: string): Promise<ApiKey | undefined>;
  list(organization: string): Promise<ApiKey[]>;
  /** `false` when there is none. */
  revoke(organization: string, id: string): Promise<boolean>;
  touch(id: string, now: Instant): Promise<void>;
}
