import { ObjectId, type Collection } from "mongodb";
import type { JobParameters } from "agenda";
import type { ClaimedJob } from "../../jobs/backend.js";

/** Agenda's own fields as its MongoDB repository writes them, empty ones `null`; an id in hex becomes an ObjectId. */
type AgendaFields = { [Field in Exclude<keyof JobParameters, "_id">]?: JobParameters[Field] | null };

/** A job. What Agenda knows nothing of is ours. */
export interface JobDocument extends AgendaFields {
  _id: ObjectId;
  name: string;
  nextRunAt: Date | null;
  lockedAt?: Date | null;
  /** Names an alarm within its job name; missing: any other job. */
  key?: string;
  /** Counts the locks, so that the holder of a lapsed lock is told from the next one. */
  claims?: number;
  /** The earliest time that was set while the job was locked. */
  againAt?: Date | null;
  /** Written anew where other processes are to look for jobs of this name: see `bellText`. */
  bell?: string;
}

export type Jobs = Collection<JobDocument>;

/** Before every date: a range from here on has dates alone, and neither nulls nor missing fields. */
export const earliest = new Date(-8.64e15);

/** The job as Agenda has it, under the lock that was taken last. */
export function toJob({ _id, claims, key: _key, againAt: _again, bell: _bell, ...fields }: JobDocument): ClaimedJob {
  const job: Record<string, unknown> = { _id: _id.toHexString(), nextRunAt: null, claim: claims ?? 0 };
  for (const [field, value] of Object.entries(fields)) {
    if (value !== null) job[field] = value;
  }
  return job as unknown as ClaimedJob;
}

/** `undefined` for what no job of this database is called. */
export function objectId(id: unknown): ObjectId | undefined {
  const text = String(id);
  return /^[0-9a-f]{24}$/i.test(text) ? new ObjectId(text) : undefined;
}
