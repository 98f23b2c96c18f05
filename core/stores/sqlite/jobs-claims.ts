import type { JobParameters, JobRepository } from "agenda";
import type { Duration } from "../../contracts/model.js";
import type { AlarmBackend, ClaimedJob, Lot } from "../../jobs/backend.js";
import type { Database } from "./database.js";
import { waitFor } from "./jobs-alarms.js";
import { toJob, toRow, type JobRow } from "./jobs-fields.js";

type Claims = Pick<JobRepository, "getNextJobToRun" | "lockJob" | "unlockJob" | "unlockJobs" | "saveJobState">;

// A parameter that stands alone in an ordered search makes SQLite plan the statement anew for each value: ten times slower.
const due = `(SELECT id FROM jobs INDEXED BY jobs_due
  WHERE name = (:name || '') AND locked_at IS NULL AND disabled = 0 AND next_run_at <= (:by + 0)
  ORDER BY next_run_at, priority DESC LIMIT 1)`;
const lapsed = `(SELECT id FROM jobs INDEXED BY jobs_locked
  WHERE name = (:name || '') AND locked_at IS NOT NULL AND locked_at <= (:lapsed + 0) AND disabled = 0
  ORDER BY locked_at LIMIT 1)`;

/** What is due hides lapsed locks; as often as this they come first, so that a steady stream cannot starve them. */
const lapsedFirst = 50;

/** The run that follows answers every time that has come by now. */
const lock = `UPDATE jobs SET locked_at = :now, claims = claims + 1, last_modified_by = :holder,
  again_at = CASE WHEN again_at > :now THEN again_at END`;
const peek = `SELECT coalesce(${due}, ${lapsed}) AS id`;
const dueThenLapsed = `${lock} WHERE id = coalesce(${due}, ${lapsed}) RETURNING *`;
const lapsedThenDue = `${lock} WHERE id = coalesce(${lapsed}, ${due}) RETURNING *`;

/** Only the holder of the lock may speak: `claim` is null for a caller that never claimed. */
const own = "id = :id AND name = :name AND (:claim IS NULL OR claims = :claim)";

const forget = `DELETE FROM jobs WHERE ${own} AND again_at IS NULL`;

/** A run that ends gives up its lock; of its own next time and one that was set meanwhile, the earlier holds. */
const state = `UPDATE jobs SET locked_at = :locked_at, last_run_at = :last_run_at, last_finished_at = :last_finished_at,
  failed_at = :failed_at, fail_count = :fail_count, fail_reason = :fail_reason, progress = :progress, last_modified_by = :last_modified_by,
  next_run_at = CASE WHEN :locked_at IS NULL
    THEN ifnull(min(:next_run_at, again_at), ifnull(:next_run_at, again_at)) ELSE :next_run_at END,
  again_at = CASE WHEN :locked_at IS NOT NULL THEN again_at END
  WHERE ${own} RETURNING next_run_at`;

/** Taking jobs, keeping them, and giving them back. A job that ended well and has no next time is removed by the write that ends it. */
export function jobClaims(database: Database): { repository: Claims; lot: AlarmBackend["lot"] } {
  /** Names of which nothing more was due the last time: for these a look comes first, which needs no transaction. */
  const idle = new Set<string>();
  let turn = 0;
  const locked = (sql: string, values: JobRow): ClaimedJob | undefined => {
    const row = database.statement<JobRow>(sql).get(values);
    return row && toJob(row);
  };

  /** What is due or lapsed, if anything may be. */
  async function take(
    name: string,
    most: number,
    times: { by: number; lapsed: number; now: number },
    holder: string | undefined,
  ): Promise<ClaimedJob[]> {
    const values = { name, by: times.by, lapsed: times.lapsed };
    if (idle.has(name)) {
      const found = await database.look(() => database.statement<{ id: number | null }>(peek).get(values));
      if (!found?.id) return [];
    }
    turn = (turn + 1) % lapsedFirst;
    const sql = turn === 0 ? lapsedThenDue : dueThenLapsed;
    const taken = { ...values, now: times.now, holder: holder ?? null };
    const jobs = await database.claim(() => upTo(most, () => locked(sql, taken)));
    if (jobs.length === most) idle.delete(name);
    else idle.add(name);
    return jobs;
  }

  async function lot(name: string, most: number, lifetime: Duration, holder: string): Promise<Lot> {
    const now = Date.now();
    const jobs = await take(name, most, { by: now, lapsed: now - lifetime, now }, holder);
    return { jobs, next: jobs.length === most ? 0 : await waitFor(database, name) };
  }

  const repository: Claims = {
    async getNextJobToRun(name, nextScanAt, lockDeadline, now, options) {
      const times = { by: nextScanAt.getTime(), lapsed: lockDeadline.getTime(), now: now?.getTime() ?? Date.now() };
      const [job] = await take(name, 1, times, options?.lastModifiedBy);
      return job;
    },

    async lockJob(job, options) {
      if (!job._id) return undefined;
      const { next_run_at, name } = toRow(job, undefined);
      const values = { id: job._id, name, next_run_at, now: Date.now(), holder: options?.lastModifiedBy ?? null };
      const free = "id = :id AND name = :name AND locked_at IS NULL AND next_run_at IS :next_run_at AND disabled = 0";
      return database.claim(() => locked(`${lock} WHERE ${free} RETURNING *`, values));
    },

    async unlockJob(job) {
      if (!job._id) return;
      const free = `UPDATE jobs SET locked_at = NULL WHERE ${own} AND next_run_at IS NOT NULL`;
      await database.claim(() => database.statement(free).run(identity(job)));
    },

    async unlockJobs(ids) {
      if (ids.length === 0) return;
      const free = "UPDATE jobs SET locked_at = NULL WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))";
      await database.claim(() => database.statement(free).run(JSON.stringify(ids)));
    },

    async saveJobState(job, options) {
      if (!job._id) throw new Error("A job without an id has no state to save");
      const who = identity(job);
      const over = !job.lockedAt && !job.nextRunAt && !job.failCount;
      const values = { ...toRow(job, options?.lastModifiedBy), ...who };
      const kept = await database.claim(() => {
        if (over && database.statement(forget).run(who).changes === 1) return { next_run_at: null };
        return database.statement<{ next_run_at: number | null }>(state).get(values);
      });
      if (!kept) throw new Error(`The job ${job.name} ${job._id} is gone, or another holds it now`);
      // Agenda removes a job that it believes to have no next time.
      if (kept.next_run_at !== null) job.nextRunAt = new Date(kept.next_run_at);
    },
  };
  return { repository, lot };
}

function upTo<T>(most: number, next: () => T | undefined): T[] {
  const found: T[] = [];
  for (let one = next(); one !== undefined; one = found.length < most ? next() : undefined) found.push(one);
  return found;
}

function identity(job: JobParameters): JobRow {
  return { id: job._id, name: job.name, claim: (job as Partial<ClaimedJob>).claim ?? null };
}
