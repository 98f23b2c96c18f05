import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobParameters, JobRepository } from "agenda";
import type { Test } from "tap";
import type { Log, LogFields } from "../../../core/contracts/log.js";
import type { Scheduler } from "../../../core/contracts/scheduler.js";
import type { Schedulers } from "../../../core/contracts/suites/jobs-parts.js";
import type { Subject } from "../../../core/contracts/suites/suite.js";
import { agendaScheduler, type AgendaSchedulerOptions } from "../../../core/jobs/agenda-scheduler.js";
import type { AlarmBackend } from "../../../core/jobs/backend.js";
import { Database } from "../../../core/stores/sqlite/database.js";
import { jobsSchema } from "../../../core/stores/sqlite/jobs-schema.js";
import { sqliteAgendaBackend } from "../../../core/stores/sqlite/jobs.js";

/** A new SQLite file with the table of jobs. `close` removes it. */
export async function openJobs(): Promise<Subject<{ file: string; database: Database; backend: AlarmBackend }>> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-jobs-"));
  const file = join(folder, "jobs.sqlite");
  const database = openDatabase(file);
  return {
    subject: { file, database, backend: sqliteAgendaBackend(database) },
    async close() {
      database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** One more connection to the file, as another process would have. */
export function openDatabase(file: string): Database {
  const database = new Database(file);
  database.run(jobsSchema);
  return database;
}

/** Schedulers over one SQLite file, each with a connection of its own. */
export async function openSchedulers(): Promise<Subject<Schedulers>> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-jobs-"));
  const file = join(folder, "jobs.sqlite");
  const opened: { scheduler: Scheduler; database: Database }[] = [];
  const end = async (): Promise<void> => {
    for (const { scheduler, database } of opened.splice(0)) {
      await scheduler.stop(0);
      database.close();
    }
  };
  return {
    subject: {
      open(options = {}) {
        const database = openDatabase(file);
        const scheduler = schedulerOn(sqliteAgendaBackend(database), options);
        opened.push({ scheduler, database });
        return scheduler;
      },
      reopen: end,
    },
    async close() {
      await end();
      await rm(folder, { recursive: true });
    },
  };
}

export function schedulerOn(backend: AlarmBackend, options: Partial<AgendaSchedulerOptions> = {}): Scheduler {
  return agendaScheduler({ backend, name: "test", log: silent(), alone: false, ...options });
}

/** One scheduler whose backend may be spoiled, its log and its table. The test ends them. */
export async function openEngine(
  t: Test,
  options: Partial<AgendaSchedulerOptions> = {},
  spoiled: Partial<JobRepository & Pick<AlarmBackend, "lot">> = {},
) {
  const { subject, close } = await openJobs();
  const log = keptLog();
  const { lot = subject.backend.lot, ...queries } = spoiled;
  const backend = { ...subject.backend, lot, repository: { ...subject.backend.repository, ...queries } };
  const scheduler = schedulerOn(backend, { log, ...options });
  t.teardown(async () => {
    await scheduler.stop(0);
    await close();
  });
  const { database } = subject;
  const locked = (): number =>
    database.statement<{ n: number }>("SELECT count(*) AS n FROM jobs WHERE locked_at IS NOT NULL").get()?.n ?? 0;
  const row = (): Record<string, number> | undefined =>
    database.statement<Record<string, number>>("SELECT * FROM jobs").get();
  return {
    ...subject,
    original: { ...subject.backend.repository, lot: subject.backend.lot },
    scheduler,
    log,
    locked,
    row,
  };
}

/** What Agenda saves for a new job. */
export function job(name: string, parameters: Partial<JobParameters> = {}): JobParameters {
  return { name, type: "normal", priority: 0, nextRunAt: new Date(), data: undefined, ...parameters };
}

/** A log that keeps what it is told. */
export function keptLog(): Log & { lines: { level: string; fields: LogFields; message: string }[] } {
  const lines: { level: string; fields: LogFields; message: string }[] = [];
  const keep = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  return { lines, info: keep("info"), warn: keep("warn"), error: keep("error") };
}

function silent(): Log {
  return keptLog();
}
