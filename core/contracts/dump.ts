import type { Entity, InboxEvent, RefusedRequest } from "./inbox.js";
import type { SourceState } from "./inbox-store.js";
import type {
  ApiKey,
  Attempt,
  Contact,
  Execution,
  Instant,
  Note,
  OutboxMessage,
  Sending,
  Sequence,
  SequenceVersion,
} from "./model.js";

/**
 * Everything that a store holds, as records that no store's own layout shows in. What a store can derive (search texts) is not among it, nor are
 * alarms: the sweep sets them again. Lists that have no order of their own are sorted.
 */
export interface Stored {
  secrets: { name: string; value: Uint8Array };
  sequences: Sequence & { versions: Omit<SequenceVersion, "sequenceId">[] };
  apiKeys: ApiKey;
  pausedChannels: { name: string; reason: string; since: Instant; probeAt: Instant | null };
  sourceStates: { organization: string; source: string; state: SourceState; since: Instant };
  suppressions: { organization: string; addressHash: Uint8Array; reason: string; createdAt: Instant };
  /** `addressHash` is keyed by the secret `suppressions`. */
  contacts: Contact & { addressHash: Uint8Array };
  executions: Execution & { dueAt: Instant | null };
  sendings: StoredSending;
  /** `contactIds`: those whom the answer names although they have no sending in its execution. */
  answers: {
    organization: string;
    key: string;
    fingerprint: string;
    executionId: string;
    body: string;
    createdAt: Instant;
    contactIds: string[];
  };
  outbox: OutboxMessage;
  /** `addressHashes`: of those whom the event names. `forgotten`: a person in it was. */
  events: InboxEvent & { leaseUntil: Instant | null; forgotten: boolean; addressHashes: Uint8Array[] };
  refused: RefusedRequest;
  entities: StoredEntity;
  /** Business keys. */
  started: { contactId: string; organization: string; source: string; rule: string; entity: string | null };
}

/** A sending with its claim, its notes, oldest first, and its attempts by id. */
export interface StoredSending extends Sending {
  attemptId: string | null;
  leaseUntil: Instant | null;
  notes: (Omit<Note, "at"> & { at: Instant })[];
  /** `afterNotes`: how many of the notes come before it when the times are equal. */
  attempts: (Omit<Attempt, "sendingId"> & { afterNotes: number })[];
}

/** An entity with every name that it is found by. */
export interface StoredEntity extends Entity {
  endedDelay: number | null;
  toldEnd: Instant | null;
  keys: { key: string; replaced: boolean }[];
  addressHashes: Uint8Array[];
}

export type Kind = keyof Stored;

/** In the order in which they are moved: what others are read with comes first. */
export const kinds: readonly Kind[] = [
  "secrets",
  "sequences",
  "apiKeys",
  "pausedChannels",
  "sourceStates",
  "suppressions",
  "contacts",
  "executions",
  "sendings",
  "answers",
  "outbox",
  "events",
  "refused",
  "entities",
  "started",
];

/** What a start alone leaves in a store: nobody misses it when it is replaced. */
export const kindsOfAStart: readonly Kind[] = ["secrets", "sequences"];

/** A page of records in the order of their keys; `next` is where to go on, `null` after the last. */
export interface DumpPage<K extends Kind = Kind> {
  records: Stored[K][];
  next: string | null;
}

/** A page ends with the record that reaches one of them. */
export interface PageLimit {
  records: number;
  /** Of the large texts and bodies, about. */
  bytes: number;
}

/** A move of everything from one store to another; both stores know it by its id until it has ended. */
export interface Move {
  id: string;
  /** The other store, as its `place`. */
  other: string;
  startedAt: Instant;
  /** In the source: set when all has arrived. A target forgets its move then. */
  finishedAt: Instant | null;
  /** In the target: where to go on with each kind; `null` when all of it has arrived. */
  reached: Partial<Record<Kind, string | null>>;
}

/** `out` stands in the source of a move, `in` in its target. A store with either is opened by nobody but the move. */
export type Direction = "in" | "out";

/** A store as the move sees it. Nobody else uses it meanwhile. */
export interface StoreDump {
  /** How a person knows it: the path of a file, or the url of a database without its password. */
  readonly place: string;
  /** `after` is a page's `next`, or `null` for the first page. */
  read<K extends Kind>(kind: K, after: string | null, limit: PageLimit): Promise<DumpPage<K>>;
  /** Writes a page and what the move has reached by it. Doing it twice leaves what doing it once did. */
  write<K extends Kind>(kind: K, records: readonly Stored[K][], move: Move): Promise<void>;
  /** Whether there is any record of this kind. */
  has(kind: Kind): Promise<boolean>;
  /** Removes every record and every alarm; marks stay. */
  clear(): Promise<void>;
  move(direction: Direction): Promise<Move | undefined>;
  /** `undefined` takes the mark away. */
  mark(direction: Direction, move: Move | undefined): Promise<void>;
  /** A sentence that says who uses the store now, if anybody does. */
  inUse(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Why a store with a mark cannot be used: a sentence that says what to do. */
export function whyMarked(place: string, direction: Direction, { other, startedAt, finishedAt }: Move): string {
  const since = new Date(finishedAt ?? startedAt).toISOString();
  if (finishedAt !== null) {
    return (
      `Everything in ${place} was moved to ${other} at ${since}, and its sendings go on there: serve that one, or let this one serve ` +
      "again with `furrow migrate reopen`"
    );
  }
  if (direction === "out") {
    return (
      `${place} is being moved to ${other} since ${since}: finish it with \`furrow migrate store --to …\`, or give it up with ` +
      "`furrow migrate reopen`"
    );
  }
  return (
    `${place} holds a part of ${other} only, whose move began at ${since}: run \`furrow migrate store --to …\` again on that one to ` +
    "finish it"
  );
}
