import type { Document, Filter } from "mongodb";
import type { ClaimedJob } from "../../jobs/backend.js";
import { alike, writeGuarded } from "./guarded-writes.js";
import { earliest, toJob, type JobDocument, type Jobs } from "./jobs-documents.js";

/** Searches that find nothing but what somebody else then takes. */
const tries = 5;
const enabled = { disabled: { $ne: true } };

/** Taking jobs. Times are the database's. */
export interface Claiming {
  /** Up to `count` jobs that are due within `ahead`, the earliest first. Fewer: there are no more. */
  due(name: string, ahead: number, count: number, holder: string | undefined): Promise<ClaimedJob[]>;
  /** A job whose lock is older than `lifetime`, the oldest first. */
  lapsed(name: string, lifetime: number, holder: string | undefined): Promise<ClaimedJob[]>;
  /** The job, if it is there as `seen` says and nobody holds it. */
  seen(seen: Filter<JobDocument>, holder: string | undefined): Promise<ClaimedJob | undefined>;
}

export function claimingOf(jobs: Jobs): Claiming {
  const earliestFirst = { nextRunAt: 1, priority: -1 } as const;

  async function one(filter: Filter<JobDocument>, sort: Document, holder: string | undefined): Promise<ClaimedJob[]> {
    const job = await jobs.findOneAndUpdate(filter, lock(holder), { sort, returnDocument: "after" });
    return job ? [toJob(job)] : [];
  }

  /** Each of them only as it was found: `holder` claims nothing else of this name meanwhile. */
  async function several(filter: Filter<JobDocument>, count: number, holder: string): Promise<ClaimedJob[]> {
    const found = await jobs.find(filter).sort(earliestFirst).limit(count).toArray();
    if (found.length === 0) return [];
    const update = lock(holder);
    const claims = alike(found, (job) => job.claims ?? null).map((group) => ({
      ids: group.map(({ _id }) => _id),
      filter: { lockedAt: null, claims: group[0].claims ?? null } as Filter<JobDocument>,
      update,
    }));
    const matched = await writeGuarded(jobs, claims);
    const locked = found.map((job) => ({ ...job, claims: (job.claims ?? 0) + 1, lockedAt: new Date() }));
    return (matched === found.length ? locked : await ours(locked, holder)).map(toJob);
  }

  /** Those that nobody else has taken in the meantime. */
  async function ours(locked: readonly JobDocument[], holder: string): Promise<JobDocument[]> {
    const ids = locked.map(({ _id }) => _id);
    const held = { _id: { $in: ids }, lastModifiedBy: { $eq: holder }, lockedAt: { $gte: earliest } };
    const claims = new Map((await jobs.find(held).toArray()).map((job) => [job._id.toHexString(), job.claims]));
    return locked.filter((job) => claims.get(job._id.toHexString()) === job.claims);
  }

  return {
    async due(name, ahead, count, holder) {
      const filter = dueWithin(name, ahead);
      if (count === 1 || holder === undefined) return one(filter, earliestFirst, holder);
      for (let search = 0; search < tries; search++) {
        const taken = await several(filter, count, holder);
        if (taken.length > 0) return taken;
      }
      return one(filter, earliestFirst, holder);
    },

    lapsed: (name, lifetime, holder) => one(lapsedFor(name, lifetime), { lockedAt: 1 }, holder),
    seen: async (seen, holder) => (await one({ ...seen, lockedAt: null, ...enabled }, {}, holder))[0],
  };
}

function dueWithin(name: string, ahead: number): Filter<JobDocument> {
  const by = { $lte: ["$nextRunAt", { $add: ["$$NOW", ahead] }] };
  return { name: { $eq: name }, lockedAt: null, nextRunAt: { $gte: earliest }, $expr: by, ...enabled };
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
