import type { JobRepository, JobsOverview, JobsSort, JobState, JobWithState } from "agenda";
import type { Database } from "./database.js";
import { toJob, type JobRow } from "./jobs-fields.js";
import { choice, jobState, selection, where } from "./jobs-filter.js";

type Queries = Pick<
  JobRepository,
  | "queryJobs"
  | "getJobsOverview"
  | "getDistinctJobNames"
  | "getJobById"
  | "getQueueSize"
  | "removeJobs"
  | "disableJobs"
  | "enableJobs"
  | "purgeAllJobs"
>;

const columns: Record<keyof JobsSort, string> = {
  nextRunAt: "next_run_at",
  lastRunAt: "last_run_at",
  lastFinishedAt: "last_finished_at",
  priority: "priority",
  name: "name",
  data: "data",
};

/** Looking at jobs, and changing many at once. States, totals and pages are worked out by the database, never in memory. */
export function jobQueries(database: Database): Queries {
  const read = <T>(sql: string, ...values: unknown[]): Promise<T[]> =>
    database.read(() => database.statement<T>(sql).all(...values));
  const change = (sql: string, ...values: unknown[]): Promise<number> =>
    database.write(() => database.statement(sql).run(...values).changes);

  return {
    async queryJobs(options = {}) {
      const now = Date.now();
      const filter = selection(options, now);
      const page = `SELECT *, ${jobState} AS state FROM jobs${where(filter)} ORDER BY ${order(options.sort)} LIMIT ? OFFSET ?`;
      const rows = await read<JobRow>(page, now, now, ...filter.values, options.limit || -1, options.skip ?? 0);
      const [count] = await read<{ total: number }>(
        `SELECT count(*) AS total FROM jobs${where(filter)}`,
        ...filter.values,
      );
      const jobs = rows.map((row) => ({ ...toJob(row), state: row.state as JobState }) as unknown as JobWithState);
      return { jobs, total: count?.total ?? 0 };
    },

    async getJobsOverview() {
      const now = Date.now();
      const rows = await read<StateCount>(
        `SELECT name, ${jobState} AS state, count(*) AS jobs, sum(disabled) AS paused FROM jobs GROUP BY 1, 2 ORDER BY 1`,
        now,
        now,
      );
      return overview(rows);
    },

    async getDistinctJobNames() {
      return (await read<{ name: string }>("SELECT DISTINCT name FROM jobs ORDER BY name")).map(({ name }) => name);
    },

    async getJobById(id) {
      const [row] = await read<JobRow>("SELECT * FROM jobs WHERE id = ?", id);
      return row ? toJob(row) : null;
    },

    async getQueueSize() {
      const [count] = await read<{ jobs: number }>(
        "SELECT count(*) AS jobs FROM jobs WHERE next_run_at < ?",
        Date.now(),
      );
      return count?.jobs ?? 0;
    },

    async removeJobs(options) {
      const chosen = choice(options);
      return chosen ? change(`DELETE FROM jobs${where(chosen)}`, ...chosen.values) : 0;
    },

    async disableJobs(options) {
      const chosen = choice(options);
      return chosen ? change(`UPDATE jobs SET disabled = 1${where(chosen)} AND disabled = 0`, ...chosen.values) : 0;
    },

    async enableJobs(options) {
      const chosen = choice(options);
      return chosen ? change(`UPDATE jobs SET disabled = 0${where(chosen)} AND disabled = 1`, ...chosen.values) : 0;
    },

    purgeAllJobs: () => change("DELETE FROM jobs"),
  };
}

interface StateCount {
  name: string;
  state: Exclude<JobState, "paused">;
  jobs: number;
  paused: number;
}

function overview(rows: readonly StateCount[]): JobsOverview[] {
  const byName = new Map<string, JobsOverview>();
  for (const { name, state, jobs, paused } of rows) {
    const of = byName.get(name) ?? {
      name,
      total: 0,
      running: 0,
      scheduled: 0,
      queued: 0,
      completed: 0,
      failed: 0,
      repeating: 0,
      paused: 0,
    };
    of.total += jobs;
    of[state] += jobs;
    of.paused += paused;
    byName.set(name, of);
  }
  return [...byName.values()];
}

function order(sort: JobsSort = {}): string {
  const wanted = (Object.keys(columns) as (keyof JobsSort)[]).filter((key) => sort[key]);
  if (wanted.length === 0) return "next_run_at DESC, last_run_at DESC, id";
  return [...wanted.map((key) => `${columns[key]} ${sort[key] === "asc" ? "ASC" : "DESC"}`), "id"].join(", ");
}
