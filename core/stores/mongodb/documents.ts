import type { Binary } from "mongodb";
import type { InboxEvent, RefusedRequest } from "../../contracts/inbox.js";
import type { KeptEntity } from "../../contracts/entities.js";
import type {
  ApiKey,
  Attempt,
  Contact,
  Execution,
  Instant,
  Note,
  OutboxMessage,
  OutcomeStatus,
  Sending,
  Sequence,
  SequenceVersion,
} from "../../contracts/model.js";
import type { SourceState } from "../../contracts/store.js";

/**
 * The documents of every collection. An `_id` is our own id, or `idOf` what the document is unique by. Objects whose keys other people
 * choose are JSON text: BSON does not keep every key, nor the order of all of them.
 */

/** One text of several, which no other texts make. */
export function idOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

/** JSON text of what the name says. */
export type JsonText = string;

export interface ContactDocument extends Omit<Contact, "id" | "customFields"> {
  _id: string;
  customFields: JsonText;
  /** What `suppressions` know the address by. */
  addressHash: string;
  /** What a search looks in, in lower case. */
  search: string;
  /** Goes up with every write: one that changed nothing else would not meet that of somebody who removes the contact at the same time. */
  revision: number;
}

export interface SuppressionDocument {
  /** `idOf` the organization and the hash of the address. */
  _id: string;
  reason: string;
  createdAt: Instant;
}

export interface SequenceDocument extends Omit<Sequence, "id"> {
  _id: string;
}

export interface SequenceVersionDocument extends Omit<SequenceVersion, "definition"> {
  /** `idOf` the sequence and the version. */
  _id: string;
  definition: JsonText;
}

export interface ExecutionDocument extends Omit<Execution, "id"> {
  _id: string;
  /** At or before the due time of each of its open, unparked sendings: it may be too early, never too late. */
  dueAt: Instant | null;
  /** Goes up with every write that makes one of its sendings due earlier, or ends one, in the transaction of that write. */
  revision: number;
}

export interface SendingDocument extends Omit<Sending, "id" | "context"> {
  _id: string;
  context: JsonText;
  /** Set while it is claimed. The claim holds until `leaseUntil`. */
  attemptId: string | null;
  leaseUntil: Instant | null;
  /** Which write noted that the claim calls; `null` before, and once the call is settled. */
  calledBy: string | null;
  /** When it did; missing or `null` when it does not. */
  callingAt?: Instant | null;
  /** Calls of claims that were lost meanwhile, and that nobody has settled. */
  calls: { attemptId: string; at: Instant }[];
  /** Goes up with every write. */
  revision: number;
  /** What happened to it, in the order in which it was written. Nothing in it is changed, but that `said` can be emptied. */
  history: HistoryEntry[];
  /** Its person was removed or erased: nothing new that somebody said is kept of it, and no captured message. */
  gone?: true;
}

/** `said` is what a provider, a template or a person said, and may name somebody. */
export type HistoryEntry = NoteEntry | CallEntry | OutcomeEntry;

export interface NoteEntry extends Required<Omit<Note, "note">> {
  said: string | null;
}

/** A call was about to be made. */
export interface CallEntry extends Pick<Attempt, "stepId" | "channel" | "claimedAt"> {
  kind: "call";
  at: Instant;
  attemptId: string;
}

/** How it ended. */
export interface OutcomeEntry extends Pick<Attempt, "providerId"> {
  kind: "outcome";
  at: Instant;
  attemptId: string;
  outcome: OutcomeStatus;
  said: string | null;
  /** How many of the notes after the call tell of what led to it. */
  ledBy: number;
}

export interface AnswerDocument {
  /** `idOf` the organization and the key. */
  _id: string;
  fingerprint: string;
  executionId: string;
  body: string;
  createdAt: Instant;
  /** Contacts that the answer names although they have no sending in its execution; missing when there are none. */
  contactIds?: string[];
}

export interface OutboxDocument extends Omit<OutboxMessage, "headers"> {
  /** `idOf` the sending and the attempt. */
  _id: string;
  headers: JsonText;
}

/** A channel without one takes messages. */
export interface PausedChannelDocument {
  /** The channel's name. */
  _id: string;
  reason: string;
  since: Instant;
  probeAt: Instant | null;
}

export interface ApiKeyDocument extends Omit<ApiKey, "id"> {
  _id: string;
}

export interface SecretDocument {
  /** Its name. */
  _id: string;
  value: Binary;
}

export interface InboxDocument extends Omit<
  InboxEvent,
  "id" | "headers" | "commands" | "body" | "executionIds" | "notes"
> {
  _id: string;
  headers: JsonText;
  body: Binary;
  commands: JsonText;
  executionIds: string[];
  notes: string[];
  /** A claim holds until then. */
  leaseUntil: Instant | null;
  /** Who claimed it last: told apart from another claim that holds as long. */
  claimId: string | null;
  /** A person in it was forgotten, and nothing that the intake says of it is kept. */
  forgotten: boolean;
  /** Hashes of the addresses that it names; missing when there are none. */
  mentions?: string[];
}

export interface RefusedDocument extends Omit<RefusedRequest, "id" | "headers"> {
  _id: string;
  headers: JsonText;
}

export interface EntityDocument extends Omit<KeptEntity, "data"> {
  _id: string;
  data: JsonText;
  /** Every name that finds it; no other entity of the source has one of them. */
  names: string[];
  /** Those of its names that a newer one took the place of. */
  replaced: string[];
  /** Hashes of the addresses that it names; missing when there are none. */
  mentions?: string[];
  /** Goes up with every write, and with whatever relies on it as it is (starts somebody, waits for its times): they do not pass each other by. */
  revision: number;
  /** Something was started for it, and nobody has told anything of it yet: it is nobody's entity. */
  isUntold?: true;
}

/** A business key that was used for a contact. */
export interface StartedDocument {
  /** `idOf` the contact, the organization, the source, the rule, and the entity or an empty text. */
  _id: string;
}

/** What a person made of a source; one without is what its file says. */
export interface SourceStateDocument {
  /** `idOf` the organization and the source. */
  _id: string;
  state: SourceState;
  since: Instant;
}

export interface SchemaDocument {
  _id: "store" | "upgrade" | "check";
  /** Of `store`: how many of the migrations it has seen. */
  version?: number;
  /** Of `upgrade`: who carries out migrations, and until when nobody else does. */
  holder?: string;
  until?: Instant;
  /** Of `check`: how often somebody has asked whether the store can write. */
  times?: number;
}
