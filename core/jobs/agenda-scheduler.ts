import "./quiet.js";
import { Agenda, type Job as AgendaJob } from "agenda";
import { StoreUnavailable } from "../contracts/errors.js";
import type { Log } from "../contracts/log.js";
import type { Duration, Instant } from "../contracts/model.js";
import type { Turn } from "../contracts/nodes.js";
import type { Job, Scheduler } from "../contracts/scheduler.js";
import type { AlarmBackend } from "./backend.js";
import { Bell } from "./bell.js";
import { Claims } from "./claims.js";
import { Hearing } from "./hearing.js";
import { OwedAlarms } from "./owed-alarms.js";
import { retryDelay } from "./retry-delay.js";

/** Agenda gets slow with what it has locked. */
const mostLocked = 100;
/** Agenda's own pulse. It leaves a timer of half of it behind for every run, which keeps memory and, at the end, the process. */
const pulse: Duration = 250;
/** Those who share the work look for an alarm within so long after its time, each at a moment of its own. */
const stagger: Duration = 100;

export interface AgendaSchedulerOptions {
  backend: AlarmBackend;
  /** This process among those that share the backend: its locks can be told by it. */
  name: string;
  log: Log;
  /** No other process runs jobs of this backend: whatever is locked at `start` was locked by a dead one. */
  alone: boolean;
  /** How soon to find what other processes have set, a quarter of a second or more; our own alarms ring at their time. */
  processEvery?: Duration;
  /** How long after the death of its holder a lock lapses. */
  lockLifetime?: Duration;
  /** This process among those that run jobs of the backend: alarms that others set aloud are taken in turn. */
  turn?: () => Turn;
  /** The clock that alarms are set by, and that judges in the storage when they are due. */
  now?: () => Instant;
}

/** A scheduler on Agenda. A job that throws is tried again until it does not; at `stop` only jobs that outlast its timeout stay locked. */
export function agendaScheduler(options: AgendaSchedulerOptions): Scheduler {
  const { backend, name, log, alone, processEvery = pulse, lockLifetime = 60_000, turn, now = Date.now } = options;
  const bell = new Bell();
  const lookEvery = Math.max(0, processEvery - pulse);
  const claims = new Claims(backend, bell, log, { lockLifetime, lookEvery, stagger: backend.others ? stagger : 0 });
  const hearing = new Hearing((jobName) => bell.ring(jobName, 0), turn);
  const names: string[] = [];
  const agenda = new Agenda({
    backend: {
      name: backend.name,
      repository: claims.repository,
      ownsConnection: false,
      connect: () => backend.connect(),
      disconnect: () => backend.disconnect(),
    },
    notificationChannel: bell,
    name,
    processEvery: pulse,
    maxConcurrency: Infinity,
    defaultLockLimit: mostLocked,
    // Never judged by Agenda: see Claims.
    defaultLockLifetime: pulse,
    // The backend removes what is over, by the write that ends the run.
    removeOnComplete: false,
  });
  agenda.on("error", (error) => log.error({ error }, "The job engine met an error"));
  const owed = new OwedAlarms(async (jobName, id, when) => {
    const wait = instant(when, jobName) - now();
    // What is due later, others find before its time.
    const aloud = wait <= processEvery && !claims.expect(jobName);
    await backend.alarms.set(jobName, id, when, aloud);
    bell.ring(jobName, wait);
  });
  let renewal: NodeJS.Timeout | undefined;
  let listening: { close(): Promise<void> } | undefined;

  return {
    define(jobName, job, { concurrency }) {
      // Whoever shares the work leaves to others what would only wait here.
      const lockLimit = alone ? Math.max(concurrency, Math.min(2 * concurrency, mostLocked)) : concurrency;
      claims.limit(jobName, lockLimit);
      names.push(jobName);
      const begin = async (agendaJob: AgendaJob<{ id: string }>): Promise<void> => {
        if (claims.mayRun(agendaJob.attrs)) await run(job, agendaJob, log);
      };
      agenda.define<{ id: string }>(jobName, begin, {
        concurrency,
        lockLimit,
        backoff: ({ attempt, error }) => retryDelay(attempt, error, Math.random()),
      });
    },

    schedule: (jobName, id, when) => owed.schedule(jobName, id, when),

    alarms: (jobName, ids) => backend.alarms.list(jobName, ids),

    async start() {
      if (alone) {
        const freed = await backend.alarms.freeLocks(now());
        if (freed > 0) log.info({ jobs: freed }, "Took over the jobs of a process that died");
      }
      renewal = setInterval(() => void claims.renew(), lockLifetime / 3).unref();
      await agenda.start();
      claims.open();
      listening = backend.others?.listen(
        (rung) => (rung === "missed" ? names.forEach((one) => bell.ring(one, 0)) : hearing.hear(rung.name, rung.count)),
        (cause) =>
          log.warn({ error: cause as Error }, "Alarms that others set cannot be heard: they are found by looking"),
      );
    },

    async stop(timeout) {
      const closing = claims.close(timeout);
      owed.close();
      await listening?.close();
      hearing.close();
      await agenda.stop();
      const running = await closing;
      clearInterval(renewal);
      if (running > 0)
        log.warn({ jobs: running }, "Jobs still ran when the time to stop was over: they will run again");
    },
  };
}

async function run(job: Job, { attrs }: AgendaJob<{ id: string }>, log: Log): Promise<void> {
  try {
    const next = await job.run(attrs.data.id);
    if (next !== undefined) attrs.nextRunAt = new Date(instant(next, attrs.name));
  } catch (cause) {
    if (cause instanceof StoreUnavailable) throw cause;
    const error = cause instanceof Error ? cause : new Error("Something that is no error was thrown", { cause });
    log.error(
      { job: attrs.name, id: attrs.data.id, failures: (attrs.failCount ?? 0) + 1, error },
      "A job failed: it is tried again",
    );
    // Agenda writes the message down beside the job, where it might tell of a person.
    throw new Error(error.name, { cause });
  }
}

function instant(when: Instant, job: string): Instant {
  if (!Number.isFinite(when)) throw new Error(`An alarm of ${job} is set to ${when}, which is no time`);
  return when;
}
