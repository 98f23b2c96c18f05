import type { DebounceOptions, JobParameters, JobRepository } from "agenda";
import type { Database } from "./database.js";
import { ownFields, stateFields, toJob, toRow, type JobRow } from "./jobs-fields.js";
import { uniqueness, where } from "./jobs-filter.js";

const written = [
  ...ownFields.map(([, column]) => column),
  ...stateFields.map(([, column]) => column),
  "last_modified_by",
];

const insert = `INSERT INTO jobs (${written.join(", ")}) VALUES (${written.map((column) => `:${column}`).join(", ")}) RETURNING *`;

const update = `UPDATE jobs SET
  ${ownFields.map(([, column]) => `${column} = :${column}`).join(", ")},
  ${stateFields.map(([, column]) => `${column} = ifnull(:${column}, ${column})`).join(", ")},
  last_modified_by = :last_modified_by,
  again_at = CASE WHEN locked_at IS NULL THEN again_at ELSE :next_run_at END
  WHERE id = :id RETURNING *`;

/** Saving a job as Agenda's own backends do: by id, as the only one of its name, as the only one of its kind, debounced, or new. */
export function jobSaves(database: Database): Pick<JobRepository, "saveJob"> {
  const row = (sql: string, values: JobRow): JobRow => database.statement<JobRow>(sql).get(values) as JobRow;
  const first = (condition: string, ...values: unknown[]): JobRow | undefined =>
    database.statement<JobRow>(`SELECT * FROM jobs${condition} LIMIT 1`).get(...values);

  function saved(job: JobParameters, by: string | undefined, now: number): JobRow | undefined {
    const values = toRow(job, by);
    const put = (existing: JobRow | undefined): JobRow =>
      existing ? row(update, { ...values, id: existing.id }) : row(insert, values);

    if (job._id) {
      const existing = first(" WHERE id = ? AND name = ?", job._id, job.name);
      return existing && put(existing);
    }
    if (job.type === "single") {
      const existing = first(" WHERE name = ? AND type = 'single'", job.name);
      // What repeats keeps the time that it waits for, unless a later one is asked for.
      if (existing && isPast(values.next_run_at, now)) values.next_run_at = existing.next_run_at;
      return put(existing);
    }
    if (!job.unique) return put(undefined);
    const filter = uniqueness(job.name, job.unique);
    const existing = first(where(filter), ...filter.values);
    const debounce = job.uniqueOpts?.debounce;
    if (debounce) Object.assign(values, debounced(debounce, values, existing, now));
    else if (existing && job.uniqueOpts?.insertOnly) return existing;
    return put(existing);
  }

  return {
    async saveJob<DATA>(job: JobParameters<DATA>, options: { lastModifiedBy?: string } | undefined) {
      const done = await database.write(() => saved(job, options?.lastModifiedBy, Date.now()));
      return done ? (toJob(done) as JobParameters<DATA>) : job;
    },
  };
}

/** When a debounced job runs, and since when it has been put off. */
function debounced(
  { delay, maxWait, strategy }: DebounceOptions,
  values: JobRow,
  existing: JobRow | undefined,
  now: number,
): JobRow {
  const since = (existing?.debounce_started_at as number | null | undefined) ?? now;
  if (strategy === "leading") {
    return { next_run_at: existing ? existing.next_run_at : values.next_run_at, debounce_started_at: since };
  }
  if (existing && maxWait && now - since >= maxWait) return { next_run_at: now, debounce_started_at: null };
  return { next_run_at: now + delay, debounce_started_at: since };
}

function isPast(time: unknown, now: number): boolean {
  return typeof time === "number" && time <= now;
}
