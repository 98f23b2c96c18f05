import type { JobsOverview, JobsQueryOptions, JobsResult, JobState, JobWithState } from "agenda";
import { MongoJobRepository } from "@agendajs/mongo-backend";
import type { Document, Filter } from "mongodb";
import { objectId, toJob, type JobDocument, type Jobs } from "./jobs-documents.js";

/** Looking at jobs as Agenda's own repository does, except that states are worked out by the database, never in memory. */
export class JobQueries extends MongoJobRepository {
  constructor(private readonly jobs: Jobs) {
    super({ mongo: undefined as never });
    this.collection = jobs as never;
  }

  override async getJobById(id: string) {
    const _id = objectId(id);
    const job = _id && (await this.jobs.findOne({ _id }));
    return job ? toJob(job) : null;
  }

  override async queryJobs(options: JobsQueryOptions = {}): Promise<JobsResult> {
    const { state, skip = 0, limit = 0, sort } = options;
    if (!state) return super.queryJobs(options);
    const found = this.jobs.aggregate<StatePage>([
      { $match: matching(options) },
      { $set: { state: jobState } },
      { $match: state === "paused" ? { disabled: true } : { state } },
      {
        $facet: {
          jobs: [{ $sort: sorting(sort) }, { $skip: skip }, ...(limit > 0 ? [{ $limit: limit }] : [])],
          total: [{ $count: "jobs" }],
        },
      },
    ]);
    const [page] = await found.toArray();
    const jobs = (page?.jobs ?? []).map((job) => ({ ...toJob(job), state: job.state }) as unknown as JobWithState);
    return { jobs, total: page?.total[0]?.jobs ?? 0 };
  }

  override async getJobsOverview(): Promise<JobsOverview[]> {
    const paused = { $sum: { $cond: [{ $eq: ["$disabled", true] }, 1, 0] } };
    const counts = this.jobs.aggregate<StateCount>([
      { $group: { _id: { name: "$name", state: jobState }, jobs: { $sum: 1 }, paused } },
      { $sort: { "_id.name": 1 } },
    ]);
    const byName = new Map<string, JobsOverview>();
    for (const { _id, jobs, paused } of await counts.toArray()) {
      const of = byName.get(_id.name) ?? { name: _id.name, ...nothing };
      byName.set(_id.name, of);
      of.total += jobs;
      of[_id.state] += jobs;
      of.paused += paused;
    }
    return [...byName.values()];
  }
}

interface StatePage {
  jobs: (JobDocument & { state: JobState })[];
  total: { jobs: number }[];
}

interface StateCount {
  _id: { name: string; state: Exclude<JobState, "paused"> };
  jobs: number;
  paused: number;
}

const nothing = { total: 0, running: 0, scheduled: 0, queued: 0, completed: 0, failed: 0, repeating: 0, paused: 0 };

/** The state of a job as Agenda tells it. */
const jobState: Document = {
  $switch: {
    branches: [
      { case: { $gt: ["$lockedAt", null] }, then: "running" },
      {
        case: {
          $and: [
            { $gt: ["$failedAt", null] },
            { $or: [{ $lte: ["$lastFinishedAt", null] }, { $gte: ["$failedAt", "$lastFinishedAt"] }] },
          ],
        },
        then: "failed",
      },
      { case: { $gt: ["$repeatInterval", null] }, then: "repeating" },
      { case: { $gt: ["$nextRunAt", "$$NOW"] }, then: "scheduled" },
      { case: { $gt: ["$nextRunAt", null] }, then: "queued" },
    ],
    default: "completed",
  },
};

function matching({ name, names, id, ids, search, data, includeDisabled }: JobsQueryOptions): Filter<JobDocument> {
  const named = name ? [name] : names;
  const wanted = id ? [id] : ids;
  const filter: Filter<JobDocument> = {};
  if (search) filter.name = { $regex: search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), $options: "i" };
  else if (named?.length) filter.name = { $in: named };
  if (wanted?.length) filter._id = { $in: wanted.map(objectId).filter((one) => one !== undefined) };
  if (data !== undefined) parts(filter, "data", data);
  if (includeDisabled === false) filter.disabled = { $ne: true };
  return filter;
}

/** An object must only be contained. */
function parts(filter: Document, path: string, value: unknown): void {
  const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) filter[path] = { $eq: value };
  else for (const [key, inner] of Object.entries(value)) parts(filter, `${path}.${key}`, inner);
}

function sorting(sort: JobsQueryOptions["sort"] = {}): Record<string, 1 | -1> {
  const wanted = Object.entries(sort).map(([field, direction]) => [field, direction === "asc" ? 1 : -1] as const);
  return { ...(wanted.length > 0 ? Object.fromEntries(wanted) : { nextRunAt: -1, lastRunAt: -1 }), _id: 1 };
}
