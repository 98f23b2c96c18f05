import { setTimeout as wait } from "node:timers/promises";
import type { JobParameters, JobRepository, JobRepositoryOptions } from "agenda";
import { StoreUnavailable } from "../contracts/errors.js";
import type { Log } from "../contracts/log.js";
import type { Duration, Instant } from "../contracts/model.js";
import type { AlarmBackend, ClaimedJob, Lock, Lot } from "./backend.js";
import type { Bell } from "./bell.js";

/** Later than Agenda ever looks: whether a lock has lapsed is judged here and in the store, never by Agenda. */
const never = new Date(8.64e15);
const pause: Duration = 1_000;
/** Jobs that are taken at once: others who share the work find some, too. */
const lotSize = 32;

/**
 * The jobs that this process holds, and the repository that Agenda is given: it claims only what is due, never more of a name than its
 * limit, and nothing after `close`; it keeps the lock of a job while it runs, never gives a job to two runs of this process, and writes
 * the end of a run even if the store is away for a while.
 */
export class Claims {
  readonly repository: JobRepository;
  private readonly held = new Map<string, Held>();
  private readonly slots = new Map<string, Slots>();
  private readonly given = new AbortController();
  private away = false;
  private isOpen = false;
  private emptied: (() => void) | undefined;

  constructor(
    private readonly backend: AlarmBackend,
    private readonly bell: Bell,
    private readonly log: Log,
    private readonly times: { lockLifetime: Duration; lookEvery: Duration; stagger: Duration },
  ) {
    const repository: Pick<JobRepository, "getNextJobToRun" | "saveJobState" | "unlockJob" | "unlockJobs"> = {
      getNextJobToRun: (name, _scan, _deadline, _now, options) => this.claim(name, options),
      saveJobState: (job, options) => this.save(job, options),
      unlockJob: (job) => this.release(({ id }) => id === job._id),
      unlockJobs: (ids) => this.release(({ id }) => ids.includes(id)),
    };
    this.repository = Object.assign(Object.create(backend.repository) as JobRepository, repository);
  }

  /** From now on this process looks for jobs. */
  open(): void {
    this.isOpen = true;
  }

  /** At most `limit` jobs of this name are held at once; none before this was said. */
  limit(name: string, limit: number): void {
    this.slots.set(name, { taken: 0, limit, stock: [], look: undefined, quietUntil: 0, expected: 0 });
  }

  /** An alarm of this name is due now. Answers whether this process can take it up itself: else others are to know of it. */
  expect(name: string): boolean {
    const slots = this.slots.get(name);
    if (!slots || !this.isOpen) return false;
    slots.expected += 1;
    return slots.taken + slots.expected <= slots.limit;
  }

  /** Whether the job is still ours to run: not when this process was away for longer than its locks live. */
  mayRun(job: JobParameters): boolean {
    const held = this.held.get(String(job._id));
    if (held && performance.now() - held.datedAt < this.times.lockLifetime) return true;
    if (held) held.isLost = true;
    return false;
  }

  /** Dates the locks anew. */
  async renew(): Promise<void> {
    if (this.held.size === 0) return;
    const dated = [...this.held.values()];
    const now = performance.now();
    try {
      await this.backend.alarms.renew(dated, Date.now());
      for (const held of dated) held.datedAt = now;
    } catch (cause) {
      this.trouble(cause);
    }
  }

  /** Gives back what has not started and waits, at most `timeout`, for what has; answers how many still run. */
  async close(timeout: Duration): Promise<number> {
    this.isOpen = false;
    for (const slots of this.slots.values()) {
      slots.limit = 0;
      slots.stock = [];
    }
    await this.release(({ isStarted }) => !isStarted);
    if (this.taken() > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeout);
        this.emptied = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.given.abort();
    return this.taken();
  }

  /** From the stock of this name; from the storage when that is empty and the bell, or the time, says so. */
  private async claim(name: string, options: JobRepositoryOptions | undefined): Promise<JobParameters | undefined> {
    const slots = this.slots.get(name);
    if (!slots) return undefined;
    while (slots.look) await slots.look;
    if (slots.stock.length === 0) {
      const room = Math.min(slots.limit - slots.taken, lotSize);
      if (room <= 0 || (!this.bell.answer(name) && Date.now() < slots.quietUntil)) return undefined;
      slots.look = this.fill(name, slots, room, options?.lastModifiedBy ?? "");
      await slots.look;
    }
    const job = slots.stock.shift();
    return job && { ...job, lockedAt: never, nextRunAt: dueByNow(job.nextRunAt) };
  }

  private async fill(name: string, slots: Slots, room: number, holder: string): Promise<void> {
    slots.taken += room;
    const datedAt = performance.now();
    const { jobs, next } = await this.lot(name, room, holder);
    slots.look = undefined;
    for (const { _id, claim } of jobs) {
      const id = String(_id);
      this.held.set(id, { id, name, claim, datedAt, isStarted: false, isLost: false });
    }
    this.leave(name, room - jobs.length);
    if (slots.limit > 0) slots.stock.push(...jobs);
    else await this.release(({ isStarted }) => !isStarted);
    slots.expected = jobs.length === 0 ? 0 : Math.max(0, slots.expected - jobs.length);
    const isMore = next !== undefined && next <= 0 && jobs.length > 0;
    slots.quietUntil = isMore ? 0 : Date.now() + this.times.lookEvery;
    // Not all processes look at the same moment: all but one would find nothing.
    const apart = Math.random() * this.times.stagger;
    if (next !== undefined && !isMore) this.bell.ring(name, Math.max(next, 1) + apart);
  }

  private async lot(name: string, most: number, holder: string): Promise<Lot> {
    try {
      const lot = await this.backend.lot(name, most, this.times.lockLifetime, holder);
      this.away = false;
      return { ...lot, jobs: lot.jobs.filter((job) => !this.isOurs(job)) };
    } catch (cause) {
      this.trouble(cause);
      return { jobs: [], next: undefined };
    }
  }

  /** Of a lock that lapsed under a run of our own, as when the clock jumps: the run goes on, with the new lock. */
  private isOurs({ _id, claim }: ClaimedJob): boolean {
    const mine = this.held.get(String(_id));
    if (mine) mine.claim = claim;
    return mine !== undefined;
  }

  private async save(job: JobParameters, options: JobRepositoryOptions | undefined): Promise<void> {
    const held = this.held.get(String(job._id));
    if (job.lockedAt) {
      // The run begins. The claim has written all there is to say.
      if (held) held.isStarted = true;
      return;
    }
    // It was given back before it began, and has been counted then; Agenda ends it all the same.
    if (!held) return;
    const ended = { ...job, claim: held.claim };
    // From here on the job is anybody's to claim: this process, too, may get it again before it hears that this was written.
    this.held.delete(String(job._id));
    // Agenda would take a job without a lock for a dead one while this is written.
    job.lockedAt = never;
    try {
      if (held.isLost)
        this.log.info({ job: job.name }, "A job was not begun: this process was away, and its lock has lapsed");
      else await this.insist(() => this.backend.repository.saveJobState(ended, options));
      if (ended.nextRunAt) this.bell.ring(job.name, ended.nextRunAt.getTime() - Date.now());
    } catch (cause) {
      this.log.warn(
        { job: job.name, error: cause as Error },
        "The end of a run was not written: its job will run again",
      );
    } finally {
      this.leave(job.name);
      // When Agenda, too, has counted this run as ended.
      setImmediate(() => this.bell.nudge(job.name));
    }
  }

  private async release(which: (held: Held) => boolean): Promise<void> {
    const released = [...this.held.values()].filter(which);
    if (released.length === 0) return;
    for (const { id } of released) this.held.delete(id);
    try {
      await this.backend.alarms.giveUp(released);
    } catch (cause) {
      this.trouble(cause);
    } finally {
      for (const { name } of released) this.leave(name);
    }
  }

  /** Does `work` as soon as the store is there, but not beyond the end of `close`. */
  private async insist(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable) || this.given.signal.aborted) throw cause;
        this.trouble(cause);
        await wait(pause, undefined, { signal: this.given.signal }).catch(() => undefined);
      }
    }
  }

  /** Told of once, until a look succeeds. */
  private trouble(cause: unknown): void {
    if (this.away) return;
    this.away = true;
    const error = cause as Error;
    if (cause instanceof StoreUnavailable) this.log.warn({ error }, "The store is away: alarms wait");
    else this.log.error({ error }, "The store failed: alarms wait");
  }

  private leave(name: string, places = 1): void {
    const slots = this.slots.get(name);
    if (slots) slots.taken -= places;
    if (this.taken() === 0) this.emptied?.();
  }

  private taken(): number {
    let taken = 0;
    for (const slots of this.slots.values()) taken += slots.taken;
    return taken;
  }
}

interface Slots {
  /** Held, or about to be. */
  taken: number;
  limit: number;
  /** Held, and not asked for by Agenda yet. */
  stock: ClaimedJob[];
  /** Under way. */
  look: Promise<void> | undefined;
  /** Unless the bell rings, there is nothing to look for before. */
  quietUntil: Instant;
  /** Alarms of ours that nobody has taken yet, as far as we know. */
  expected: number;
}

interface Held extends Lock {
  name: string;
  /** By the monotonic clock: the lock is at least as young. */
  datedAt: number;
  isStarted: boolean;
  isLost: boolean;
}

/** What the storage holds for due may be early by our clock, and Agenda would put it back. */
function dueByNow(at: Date | null): Date | null {
  return at && new Date(Math.min(at.getTime(), Date.now()));
}
