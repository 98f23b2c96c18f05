import type { JobParameters, JobRepository } from "agenda";
import type { MongoJobRepository } from "@agendajs/mongo-backend";
import type { Document } from "mongodb";
import { objectId, toJob, type Jobs } from "./jobs-documents.js";

/** What Agenda's processor writes while it runs a job: a save of the job itself leaves it alone. */
const managed: ReadonlySet<string> = new Set([
  ...["lockedAt", "lastRunAt", "lastFinishedAt", "failedAt", "failCount", "failReason", "progress"],
]);

/**
 * Saving a job as Agenda's own repository does, except for one that is there already: a time that is set while it is locked is kept for
 * the end of its run. Two nodes that save a job with `unique()` for the first time may make two; alarms are one for a pair by an index.
 */
export function jobSaves(jobs: Jobs, agendas: MongoJobRepository): Pick<JobRepository, "saveJob"> {
  return {
    async saveJob<DATA>(job: JobParameters<DATA>, options: { lastModifiedBy?: string } | undefined) {
      if (!job._id) return agendas.saveJob(job, options);
      const set = changes(job, options?.lastModifiedBy);
      const saved = await jobs.findOneAndUpdate({ _id: idOf(job._id), name: { $eq: job.name } }, [{ $set: set }], {
        returnDocument: "after",
      });
      return saved ? (toJob(saved) as JobParameters<DATA>) : job;
    },
  };
}

function changes<DATA>(job: JobParameters<DATA>, by: string | undefined): Document {
  const { _id, unique: _unique, uniqueOpts: _options, ...fields } = job;
  const set: Document = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined || !managed.has(field)) set[field] = { $literal: value ?? null };
  }
  const again = { $cond: [{ $gt: ["$lockedAt", null] }, { $literal: job.nextRunAt }, { $ifNull: ["$againAt", null] }] };
  return { ...set, againAt: again, lastModifiedBy: { $literal: by ?? null } };
}

function idOf(id: unknown) {
  const known = objectId(id);
  if (!known) throw new Error(`${String(id)} is the id of no job`);
  return known;
}
