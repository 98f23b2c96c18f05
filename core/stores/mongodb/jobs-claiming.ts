import type { Document, Filter } from "mongodb";
import type { ClaimedJob, Lot } from "../../jobs/backend.js";
import { alike, writeGuarded } from "./guarded-writes.js";
import { inOne } from "./hot.js";
import { earliest, toJob, type JobDocument, type Jobs } from "./jobs-documents.js";

/** Searches that find nothing but what somebody else then takes. */
const tries = 5;
const earliestFirst = { nextRunAt: 1, priority: -1 } as const;
const enabled = { disabled: { $ne: true } };

/** Taking jobs. Times are the database's. */
export interface Claiming {
  /** The earliest job that is due within `ahead`. */
  due(name: string, ahead: number, holder: string | undefined): Promise<ClaimedJob | undefined>;
  /** Up to `most` jobs that are due, the earliest first; `holder` claims nothing else of this name meanwhile. */
  lot(name: string, most: number, holder: string): Promise<Lot>;
  /** A job whose lock is older than `lifetime`, the oldest first. */
  lapsed(name: string, lifetime: number, holder: string | undefined): Promise<ClaimedJob | undefined>;
  /** The job, if it is there as `seen` says and nobody holds it. */
  seen(seen: Filter<JobDocument>, holder: string | undefined): Promise<ClaimedJob | undefined>;
}

/** A job, and how long it is until it is due. */
type Seen = JobDocument & { wait: number };

export function claimingOf(jobs: Jobs): Claiming {
  async function one(filter: Filter<JobDocument>, sort: Document, holder: string | undefined) {
    const job = await jobs.findOneAndUpdate(filter, lock(holder), { sort, returnDocument: "after" });
    return job ? toJob(job) : undefined;
  }

  /** Whatever its time: what is not due tells when to look again. */
  function earliestOf(name: string, count: number): Promise<Seen[]> {
    const wait = { $toDouble: { $subtract: ["$nextRunAt", "$$NOW"] } };
    const stages = [{ $match: freeOf(name) }, { $sort: earliestFirst }, { $limit: count }, { $set: { wait } }];
    return jobs.aggregate<Seen>(stages, inOne).toArray();
  }

  /** Those of `found` that nobody else has taken since. */
  async function locked(found: readonly JobDocument[], holder: string): Promise<JobDocument[]> {
    const update = lock(holder);
    const claims = alike(found, (job) => job.claims ?? null).map((group) => ({
      ids: group.map(({ _id }) => _id),
      filter: { lockedAt: null, claims: group[0].claims ?? null } as Filter<JobDocument>,
      update,
    }));
    const matched = await writeGuarded(jobs, claims);
    const taken = found.map((job) => ({ ...job, claims: (job.claims ?? 0) + 1, lockedAt: new Date() }));
    return matched === found.length ? taken : ours(taken, holder);
  }

  async function ours(taken: readonly JobDocument[], holder: string): Promise<JobDocument[]> {
    const ids = taken.map(({ _id }) => _id);
    const held = { _id: { $in: ids }, lastModifiedBy: { $eq: holder }, lockedAt: { $gte: earliest } };
    const claims = new Map((await jobs.find(held).toArray()).map((job) => [job._id.toHexString(), job.claims]));
    return taken.filter((job) => claims.get(job._id.toHexString()) === job.claims);
  }

  return {
    due: (name, ahead, holder) => one(dueWithin(name, ahead), earliestFirst, holder),

    async lot(name, most, holder) {
      for (let search = 0; search < tries; search++) {
        const seen = await earliestOf(name, most + 1);
        const due = seen.filter(({ wait }) => wait <= 0).slice(0, most);
        const next = seen[due.length]?.wait;
        if (due.length === 0) return { jobs: [], next };
        const taken = await locked(due.map(withoutWait), holder);
        if (taken.length > 0) return { jobs: taken.map(toJob), next: taken.length < due.length ? 0 : next };
      }
      return { jobs: [], next: 0 };
    },

    lapsed: (name, lifetime, holder) => one(lapsedFor(name, lifetime), { lockedAt: 1 }, holder),
    seen: (seen, holder) => one({ ...seen, lockedAt: null, ...enabled }, {}, holder),
  };
}

function withoutWait({ wait: _, ...job }: Seen): JobDocument {
  return job;
}

function freeOf(name: string): Filter<JobDocument> {
  return { name: { $eq: name }, lockedAt: null, nextRunAt: { $gte: earliest }, ...enabled };
}

function dueWithin(name: string, ahead: number): Filter<JobDocument> {
  const by = { $lte: ["$nextRunAt", { $add: ["$$NOW", ahead] }] };
  return { ...freeOf(name), $expr: by };
}

function lapsedFor(name: string, lifetime: number): Filter<JobDocument> {
  const by = { $lte: ["$lockedAt", { $subtract: ["$$NOW", lifetime] }] };
  return { name: { $eq: name }, lockedAt: { $gte: earliest }, $expr: by, ...enabled };
}

/** The run that follows answers every time that has come by now. */
function lock(holder: string | undefined): Document[] {
  const claims = { $add: [{ $ifNull: ["$claims", 0] }, 1] };
  const againAt = { $cond: [{ $gt: ["$againAt", "$$NOW"] }, "$againAt", null] };
  return [{ $set: { lockedAt: "$$NOW", claims, againAt, lastModifiedBy: { $literal: holder ?? null } } }];
}
