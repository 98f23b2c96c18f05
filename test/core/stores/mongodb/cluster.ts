import { test, type Test } from "tap";
import type { Collection } from "mongodb";
import type { Log, LogFields } from "../../../../core/contracts/log.js";
import type { Scheduler } from "../../../../core/contracts/scheduler.js";
import type { Schedulers } from "../../../../core/contracts/suites/jobs-parts.js";
import type { Subject } from "../../../../core/contracts/suites/suite.js";
import { agendaScheduler, type AgendaSchedulerOptions } from "../../../../core/jobs/agenda-scheduler.js";
import type { AlarmBackend } from "../../../../core/jobs/backend.js";
import { openDatabase, type Database } from "../../../../core/stores/mongodb/database.js";
import type { JobDocument } from "../../../../core/stores/mongodb/jobs-documents.js";
import { mongodbAgendaBackend } from "../../../../core/stores/mongodb/jobs.js";
import { migrate } from "../../../../core/stores/mongodb/migrations.js";
import { dropDatabase, freshDatabase, withoutMongodb } from "../../../mongod/mongodb.js";

/** The database of one test file: made once, emptied for each test. */
export interface Ground {
  url: string;
  database: Database;
  jobs: Collection<JobDocument>;
  empty(): Promise<void>;
}

let ground: Promise<Ground> | undefined;
let ahead = 0;

export function openGround(): Promise<Ground> {
  return (ground ??= made());
}

/** Registers a test on an empty ground, which is removed after the last of the file. An open client would keep the process. */
export function onGround(name: string, body: (t: Test) => Promise<void>): void {
  ahead += 1;
  void test(`mongodb: ${name}`, { skip: withoutMongodb }, async (t) => {
    t.teardown(async () => {
      ahead -= 1;
      if (ahead === 0) await removeGround();
    });
    await (await openGround()).empty();
    await body(t);
  });
}

async function removeGround(): Promise<void> {
  const made = await ground;
  await made?.database.close();
  if (made) await dropDatabase(made.url);
}

async function made(): Promise<Ground> {
  const url = freshDatabase();
  const database = await openDatabase(url);
  await migrate(database.db);
  const jobs = database.db.collection<JobDocument>("jobs", { readConcern: { level: "local" } });
  const kinds = ["jobs", "nodes", "rateLimits"];
  const empty = async (): Promise<void> => {
    for (const kind of kinds) await database.db.collection(kind).deleteMany({});
  };
  return { url, database, jobs, empty };
}

/** Schedulers over one database, each with a client of its own, as other processes have. */
export async function openMongodbSchedulers(): Promise<Subject<Schedulers>> {
  const { url } = await openGround();
  const opened: { scheduler: Scheduler; database: Promise<Database> }[] = [];
  const end = async (): Promise<void> => {
    for (const { scheduler, database } of opened.splice(0)) {
      await scheduler.stop(0);
      await (await database).close();
    }
  };
  return {
    subject: {
      open(options = {}) {
        const database = openDatabase(url);
        // Its locks are told from those of the others by its name.
        const named = { name: `test-${opened.length}`, ...options };
        const scheduler = schedulerOn(later(database.then(mongodbAgendaBackend)), named);
        opened.push({ scheduler, database });
        return scheduler;
      },
      reopen: end,
    },
    close: end,
  };
}

/** The suite opens schedulers without waiting: their first question waits for the connection. */
function later(backend: Promise<AlarmBackend>): AlarmBackend {
  const part = <P extends object>(of: (backend: AlarmBackend) => P): P =>
    new Proxy({} as P, {
      get: (_, name) =>
        name === "then"
          ? undefined
          : async (...values: unknown[]) => {
              const found = of(await backend) as Record<string | symbol, (...values: unknown[]) => unknown>;
              return found[name]?.(...values);
            },
    });
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    name: "MongoDB",
    ownsConnection: false,
    connect: nothing,
    disconnect: nothing,
    repository: part(({ repository }) => repository),
    alarms: part(({ alarms }) => alarms),
    lot: async (...asked) => (await backend).lot(...asked),
    others: {
      listen(heard, trouble) {
        const listening = backend.then(({ others }) => others?.listen(heard, trouble));
        return { close: async () => (await listening)?.close() };
      },
    },
  };
}

export function schedulerOn(backend: AlarmBackend, options: Partial<AgendaSchedulerOptions> = {}): Scheduler {
  return agendaScheduler({ backend, name: "test", log: keptLog(), alone: false, ...options });
}

/** One process of a cluster: a client of its own, a scheduler on it, and what it logged. The test ends it. */
export async function openNode(t: Test, name: string, options: Partial<AgendaSchedulerOptions> = {}) {
  const { url } = await openGround();
  const database = await openDatabase(url);
  const backend = mongodbAgendaBackend(database);
  const looks = { claimed: 0, empty: 0 };
  const counted: AlarmBackend = {
    ...backend,
    async lot(...asked) {
      const lot = await backend.lot(...asked);
      looks[lot.jobs.length > 0 ? "claimed" : "empty"] += 1;
      return lot;
    },
  };
  const log = keptLog();
  const scheduler = schedulerOn(counted, { name, log, processEvery: 1_000, ...options });
  t.teardown(async () => {
    await scheduler.stop(0);
    await database.close();
  });
  return { name, database, backend, scheduler, log, looks };
}

/** What Agenda saves for a new job. */
export { job } from "../../jobs/schedulers.js";

export interface LogLine {
  level: string;
  fields: LogFields;
  message: string;
}

/** A log that keeps what it is told. */
export function keptLog(hear?: (line: LogLine) => void): Log & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (level: string) => (fields: LogFields, message: string) => {
    const line = { level, fields, message };
    lines.push(line);
    hear?.(line);
  };
  return { lines, info: keep("info"), warn: keep("warn"), error: keep("error") };
}
