import { MongoBulkWriteError, type AnyBulkWriteOperation, type BulkWriteOptions, type Document } from "mongodb";
import type { Alarms } from "../../jobs/backend.js";
import type { Instant } from "../../contracts/model.js";
import { twice } from "./guarded-writes.js";
import type { Bells } from "./jobs-bells.js";
import type { JobDocument, Jobs } from "./jobs-documents.js";

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

/** Sets alarms. Those that come while a write is under way are written together by the next one, each pair once. */
export function alarmWrites(jobs: Jobs, bells: Bells): Pick<Alarms, "set"> {
  let waiting = new Map<string, Wanted>();
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function write(): Promise<void> {
    await writing.catch(() => undefined);
    const lot = [...waiting.values()];
    waiting = new Map();
    next = undefined;
    const isHeard = lot.some(({ aloud }) => aloud);
    const operations = lot.map((wanted) => upsert(wanted, bells));
    writing = put(operations, isHeard ? heard : {});
    await writing;
  }

  /** Of two processes that set an alarm for the first time, one may be told that it is there already. */
  async function put(operations: AnyBulkWriteOperation<JobDocument>[], options: BulkWriteOptions): Promise<void> {
    for (let rest = operations; rest.length > 0;) {
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

/** On a locked job the time is kept aside for the end of the run; else the earlier time wins. */
function upsert({ name, id, at, aloud }: Wanted, bells: Bells): AnyBulkWriteOperation<JobDocument> {
  const when = new Date(Math.max(-farthest, Math.min(at, farthest)));
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

/** The places of the operations that met a document which was not there when they looked. */
function duplicates(cause: unknown): number[] {
  if (!(cause instanceof MongoBulkWriteError)) throw cause;
  const errors = [cause.writeErrors].flat();
  if (errors.length === 0 || errors.some(({ code }) => code !== duplicateKey)) throw cause;
  return errors.map(({ index }) => index);
}
