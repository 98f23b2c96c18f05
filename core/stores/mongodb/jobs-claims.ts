import type { JobParameters, JobRepository } from "agenda";
import type { Document, Filter } from "mongodb";
import type { AlarmBackend, ClaimedJob, Lot } from "../../jobs/backend.js";
import { claimingOf } from "./jobs-claiming.js";
import { forgetting } from "./jobs-forgetting.js";
import { objectId, type JobDocument, type Jobs } from "./jobs-documents.js";

type Claims = Pick<JobRepository, "getNextJobToRun" | "lockJob" | "unlockJob" | "unlockJobs" | "saveJobState">;

/** What is due hides lapsed locks; as often as this they come first, so that a steady stream cannot starve them. */
const lapsedFirst = 50;
/** Behind nothing that is due, lapsed locks are looked for no more often than this. */
const lapsedEvery = 1_000;

/**
 * Taking jobs, keeping them, and giving them back; a claim is one write, and so is the end of a run: what ended well and has no next time
 * is removed by it. Times are the database's: of what a caller says, only the distances count.
 */
export function jobClaims(jobs: Jobs): { repository: Claims; lot: AlarmBackend["lot"] } {
  const claiming = claimingOf(jobs);
  const forget = forgetting(jobs);
  const lapsedLooks = new Map<string, number>();
  let turn = 0;

  /** Whether lapsed locks come first. */
  function isTheirTurn(): boolean {
    turn = (turn + 1) % lapsedFirst;
    return turn === 0;
  }

  /** Whether it is worth while to look for lapsed locks of this name again. */
  function maySee(name: string, lifetime: number): boolean {
    const now = performance.now();
    if (now - (lapsedLooks.get(name) ?? -Infinity) < Math.min(lapsedEvery, lifetime / 4)) return false;
    lapsedLooks.set(name, now);
    return true;
  }

  async function lot(name: string, most: number, lifetime: number, holder: string): Promise<Lot> {
    const lapsed = () => claiming.lapsed(name, lifetime, holder);
    const first = isTheirTurn() ? await lapsed() : undefined;
    if (first) return { jobs: [first], next: 0 };
    const due = await claiming.lot(name, most, holder);
    const late = due.jobs.length === 0 && maySee(name, lifetime) ? await lapsed() : undefined;
    return late ? { jobs: [late], next: 0 } : due;
  }

  const repository: Claims = {
    async getNextJobToRun(name, nextScanAt, lockDeadline, now, options) {
      const told = now?.getTime() ?? Date.now();
      const holder = options?.lastModifiedBy;
      const lapsed = () => claiming.lapsed(name, told - lockDeadline.getTime(), holder);
      const first = isTheirTurn() ? await lapsed() : undefined;
      return first ?? (await claiming.due(name, nextScanAt.getTime() - told, holder)) ?? lapsed();
    },

    async lockJob(job, options) {
      const _id = objectId(job._id);
      if (!_id) return undefined;
      const seen = { _id, name: { $eq: job.name }, nextRunAt: { $eq: job.nextRunAt } };
      return claiming.seen(seen, options?.lastModifiedBy);
    },

    async unlockJob(job) {
      const who = identity(job);
      if (who) await jobs.updateOne({ ...who, nextRunAt: { $ne: null } }, { $set: { lockedAt: null } });
    },

    async unlockJobs(ids) {
      const known = ids.map(objectId).filter((id) => id !== undefined);
      if (known.length > 0) await jobs.updateMany({ _id: { $in: known } }, { $set: { lockedAt: null } });
    },

    async saveJobState(job, options) {
      const who = identity(job);
      if (!who) throw new Error("A job without an id has no state to save");
      const over = !job.lockedAt && !job.nextRunAt && !job.failCount;
      if (over && (await forget(who))) return;
      const state = stateOf(job, options?.lastModifiedBy);
      const projection = { nextRunAt: 1 } as const;
      const kept = await jobs.findOneAndUpdate(who, state, { projection, returnDocument: "after" });
      if (!kept) throw new Error(`The job ${job.name} ${job._id} is gone, or another holds it now`);
      // Agenda removes a job that it believes to have no next time.
      if (kept.nextRunAt) job.nextRunAt = kept.nextRunAt;
    },
  };
  return { repository, lot };
}

/** A run that ends gives up its lock; of its own next time and one that was set meanwhile, the earlier holds. */
function stateOf(job: JobParameters, by: string | undefined): Document[] {
  const { lockedAt, nextRunAt, lastRunAt, lastFinishedAt, failedAt, failCount, failReason, progress } = job;
  const plain = { lastRunAt, lastFinishedAt, failedAt, failCount, failReason, progress, lastModifiedBy: by };
  const fields = Object.entries(plain).map(([field, value]) => [field, { $literal: value ?? null }]);
  const own = nextRunAt ?? null;
  const times = lockedAt
    ? { lockedAt, nextRunAt: own }
    : { lockedAt: null, nextRunAt: { $min: [own, "$againAt"] }, againAt: null };
  return [{ $set: { ...(Object.fromEntries(fields) as Document), ...times } }];
}

/** Only the holder of the lock may speak; a caller that never claimed is not asked for one. */
function identity(job: JobParameters): Filter<JobDocument> | undefined {
  const _id = objectId(job._id);
  const { claim } = job as Partial<ClaimedJob>;
  return _id && { _id, name: { $eq: job.name }, ...(claim !== undefined && { claims: { $eq: claim } }) };
}
