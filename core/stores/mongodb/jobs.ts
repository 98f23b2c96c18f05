import type { AlarmBackend } from "../../jobs/backend.js";
import type { Database } from "./database.js";
import { jobAlarms } from "./jobs-alarms.js";
import { bells } from "./jobs-bells.js";
import { jobClaims } from "./jobs-claims.js";
import type { JobDocument } from "./jobs-documents.js";
import { jobsListener } from "./jobs-listener.js";
import { JobQueries } from "./jobs-queries.js";
import { jobSaves } from "./jobs-saves.js";

/** An alarm outlives the process, not always a fail-over: the truth is in the store, and the sweep sets again what is lost. */
const light = { writeConcern: { w: 1 }, readConcern: { level: "local" } } as const;

/** Agenda's jobs in the collection `jobs` of a database that somebody else opens, migrates and closes. */
export function mongodbAgendaBackend(database: Database): AlarmBackend {
  const jobs = database.db.collection<JobDocument>("jobs", light);
  const queries = new JobQueries(jobs);
  const ours = bells();
  const claims = jobClaims(jobs);
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    name: "MongoDB",
    ownsConnection: false,
    connect: nothing,
    disconnect: nothing,
    repository: database.guarded({
      connect: nothing,
      queryJobs: (options) => queries.queryJobs(options),
      getJobsOverview: () => queries.getJobsOverview(),
      getDistinctJobNames: async () => (await queries.getDistinctJobNames()).sort(),
      getJobById: (id) => queries.getJobById(id),
      getQueueSize: () => queries.getQueueSize(),
      removeJobs: (options) => queries.removeJobs(options),
      disableJobs: (options) => queries.disableJobs(options),
      enableJobs: (options) => queries.enableJobs(options),
      purgeAllJobs: () => queries.purgeAllJobs(),
      ...jobSaves(jobs, queries),
      ...claims.repository,
    } satisfies AlarmBackend["repository"]),
    alarms: database.guarded(jobAlarms(jobs, ours)),
    ...database.guarded({ lot: claims.lot }),
    // Events can only be had of what a majority has.
    others: jobsListener(database.db.collection<JobDocument>("jobs"), ours),
  };
}
