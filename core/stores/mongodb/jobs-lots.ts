import {
  MongoBulkWriteError,
  type AnyBulkWriteOperation,
  type BulkWriteOptions,
  type Document,
  type OptionalUnlessRequiredId,
} from "mongodb";
import type { Alarms } from "../../jobs/backend.js";
import type { Instant } from "../../contracts/model.js";
import { twice } from "./guarded-writes.js";
import type { Bells } from "./jobs-bells.js";
import type { JobDocument, Jobs } from "./jobs-documents.js";

/** Alarms that this process has set of late. */
const remembered = 1_000;
const duplicateKey = 11_000;
/** The times that a date can tell. */
const farthest = 8.64e15;

/** Others hear of a write when a majority has it: else that is a matter of chance, and of a tenth of a second. */
const heard: BulkWriteOptions = { writeConcern: { w: "majority", journal: true, wtimeoutMS: 5_000 } };

interface Wanted {
  name: string;
  id: string;
  at: Instant;
  aloud: boolean;
}

/**
 * Sets alarms. Those that come while a write is under way are written together by the next one, each pair once. What this process has not
 * set before is most likely new, and inserted: a server takes a fifth of the time for it that it takes for an update that may find nothing.
 */
export function alarmWrites(jobs: Jobs, bells: Bells): Pick<Alarms, "set"> {
  const known = new Set<string>();
  let waiting = new Map<string, Wanted>();
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function write(): Promise<void> {
    await writing.catch(() => undefined);
    const lot = waiting;
    waiting = new Map();
    next = undefined;
    writing = put(lot);
    await writing;
  }

  async function put(lot: ReadonlyMap<string, Wanted>): Promise<void> {
    const options = [...lot.values()].some(({ aloud }) => aloud) ? heard : {};
    const strangers = [...lot].flatMap(([pair, wanted]) => (known.has(pair) ? [] : [wanted]));
    const others = [...lot].flatMap(([pair, wanted]) => (known.has(pair) ? [wanted] : []));
    others.push(...(await insert(strangers, options)));
    await update(others, options);
    for (const pair of lot.keys()) known.add(pair);
    for (const pair of known) {
      if (known.size <= remembered) break;
      known.delete(pair);
    }
  }

  /** Answers those that are there already. */
  async function insert(lot: readonly Wanted[], options: BulkWriteOptions): Promise<Wanted[]> {
    if (lot.length === 0) return [];
    const documents = lot.map((wanted) => jobDocument(wanted, bells) as OptionalUnlessRequiredId<JobDocument>);
    const failed = await twice(() => jobs.insertMany(documents, { ...options, ordered: false })).then(
      () => [],
      duplicates,
    );
    return failed.flatMap((index) => lot[index] ?? []);
  }

  /** Of two processes that set an alarm for the first time, one may be told that it is there already. */
  async function update(lot: readonly Wanted[], options: BulkWriteOptions): Promise<void> {
    for (let rest = lot.map((wanted) => upsert(wanted, bells)); rest.length > 0;) {
      const failed = await twice(() => jobs.bulkWrite(rest, { ...options, ordered: false })).then(() => [], duplicates);
      rest = failed.flatMap((index) => rest[index] ?? []);
    }
  }

  return {
    set(name, id, at, aloud = false) {
      const pair = JSON.stringify([name, id]);
      const there = waiting.get(pair);
      waiting.set(pair, { name, id, at: Math.min(at, there?.at ?? at), aloud: aloud || (there?.aloud ?? false) });
      return (next ??= write());
    },
  };
}

function jobDocument({ name, id, at, aloud }: Wanted, bells: Bells): Omit<JobDocument, "_id"> {
  const plain = { type: "normal", priority: 0, lockedAt: null, againAt: null } as const;
  const bell = aloud ? { bell: bells.next(name) } : {};
  return { name, key: id, data: { id }, nextRunAt: dateOf(at), ...plain, ...bell };
}

/** On a locked job the time is kept aside for the end of the run; else the earlier time wins. */
function upsert({ name, id, at, aloud }: Wanted, bells: Bells): AnyBulkWriteOperation<JobDocument> {
  const when = dateOf(at);
  const isLocked = { $gt: ["$lockedAt", null] };
  const set: Document = {
    type: { $ifNull: ["$type", "normal"] },
    priority: { $ifNull: ["$priority", 0] },
    data: { $literal: { id } },
    nextRunAt: { $cond: [isLocked, "$nextRunAt", { $min: ["$nextRunAt", when] }] },
    againAt: { $cond: [isLocked, { $min: ["$againAt", when] }, { $ifNull: ["$againAt", null] }] },
    lockedAt: { $ifNull: ["$lockedAt", null] },
    ...(aloud && { bell: { $literal: bells.next(name) } }),
  };
  // At most one; see `writeGuarded`.
  return { updateMany: { filter: { name: { $eq: name }, key: { $eq: id } }, update: [{ $set: set }], upsert: true } };
}

function dateOf(at: Instant): Date {
  return new Date(Math.max(-farthest, Math.min(at, farthest)));
}

/** The places of the operations that met a document which was not there when they looked. */
function duplicates(cause: unknown): number[] {
  if (!(cause instanceof MongoBulkWriteError)) throw cause;
  const errors = [cause.writeErrors].flat();
  if (errors.length === 0 || errors.some(({ code }) => code !== duplicateKey)) throw cause;
  return errors.map(({ index }) => index);
}
