import type { AgendaBackend, JobParameters } from "agenda";
import type { Duration, Instant } from "../contracts/model.js";

/** An Agenda backend that keeps alarms: what our scheduler asks beyond Agenda's own questions. */
export interface AlarmBackend extends AgendaBackend {
  readonly alarms: Alarms;
  /**
   * Locks up to `most` jobs of a name that are due, the earliest first, or some whose lock is older than `lifetime`: in one look, where
   * Agenda's own way takes one more than there are jobs. `holder` has one look at a time for each name.
   */
  lot(name: string, most: number, lifetime: Duration, holder: string): Promise<Lot>;
  /** Where other processes set alarms in the same storage and can be heard; without it their alarms are found by the regular look. */
  readonly others?: Listener;
}

/** Rung by another process, for jobs of this name. */
export interface HeardBell {
  name: string;
  /** Of the bells that its process has rung so far. */
  count: number;
}

export interface Listener {
  /**
   * Tells of each alarm that another process set aloud, and that any may have been missed. While it cannot hear it says why, once for each try.
   */
  listen(heard: (bell: HeardBell | "missed") => void, trouble: (cause: unknown) => void): { close(): Promise<void> };
}

/**
 * A job as the repository of an {@link AlarmBackend} answers it: under the `claim`-th lock that was taken on it. Only a caller that names
 * the newest claim may save the state of the job; the holder of a lapsed lock is refused.
 */
export interface ClaimedJob extends JobParameters {
  claim: number;
}

/** Jobs that were claimed together. */
export interface Lot {
  jobs: ClaimedJob[];
  /** How long it is until another one is due: 0 or less when one may be now, `undefined` when there is none. */
  next: Duration | undefined;
}

export interface Lock {
  id: string;
  claim: number;
}

/** Alarms are Agenda jobs with `data: { id }`, one per name and id. Due times and locks are judged by the clock of the storage, if it has one. */
export interface Alarms {
  /**
   * Sets an alarm, which outlives the process. The earlier time wins; one that is set while the job is locked is kept until its lock is
   * given up. `aloud`: the other processes are told.
   */
  set(name: string, id: string, at: Instant, aloud?: boolean): Promise<void>;
  /** The alarms that exist among `ids`: when each rings, 0 for a locked one. */
  list(name: string, ids: readonly string[]): Promise<Map<string, Instant>>;
  /** How long it is until the earliest job of this name that nobody holds is due; less than 0 when it is overdue. */
  next(name: string): Promise<Duration | undefined>;
  /** Dates these locks `now`, so that they do not lapse. Locks that were lost stay lost. */
  renew(locks: readonly Lock[], now: Instant): Promise<void>;
  /** Gives up these locks, aloud. Locks that were lost are another's, and stay. */
  giveUp(locks: readonly Lock[]): Promise<void>;
  /** The alarms that `holder` has locked. */
  held(holder: string): Promise<{ name: string; id: string }[]>;
  /** Gives up every lock, or all of `holder`, and makes what has no time due `now`; answers how many. */
  freeLocks(now: Instant, holder?: string): Promise<number>;
}
