import type { AgendaBackend, JobParameters } from "agenda";
import type { Instant } from "../contracts/model.js";

/** An Agenda backend that keeps alarms: what our scheduler asks beyond Agenda's own questions. */
export interface AlarmBackend extends AgendaBackend {
  readonly alarms: Alarms;
}

/**
 * A job as the repository of an {@link AlarmBackend} answers it: under the `claim`-th lock that was taken on it. Only a caller that names
 * the newest claim may save the state of the job; the holder of a lapsed lock is refused.
 */
export interface ClaimedJob extends JobParameters {
  claim: number;
}

export interface Lock {
  id: string;
  claim: number;
}

/** Alarms are Agenda jobs with `data: { id }`, one per name and id. */
export interface Alarms {
  /** Sets an alarm, which outlives the process. The earlier time wins; one that is set while the job is locked is kept until its lock is given up. */
  set(name: string, id: string, at: Instant): Promise<void>;
  /** The alarms that exist among `ids`: when each rings, 0 for a locked one. */
  list(name: string, ids: readonly string[]): Promise<Map<string, Instant>>;
  /** When the earliest job of this name that nobody holds is due. */
  next(name: string): Promise<Instant | undefined>;
  /** Dates these locks `now`, so that they do not lapse. Locks that were lost stay lost. */
  renew(locks: readonly Lock[], now: Instant): Promise<void>;
  /** Gives up every lock, whoever holds it, and makes what has no time due `now`; answers how many. */
  freeLocks(now: Instant): Promise<number>;
}
