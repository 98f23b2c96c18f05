import type { Instant } from "./model.js";

/** A named piece of scheduled work. */
export interface Job {
  /**
   * Does what is due for `id` and answers when to run again, or `undefined` when nothing is left to wait for. It may be run twice for
   * one alarm, and at any time: it must look at the store to learn what is due. A rejection is logged and tried again with back-off.
   */
  run(id: string): Promise<Instant | undefined>;
}

/** An alarm clock that survives restarts. It only rings: the truth is in the store. */
export interface Scheduler {
  /** Before `start`. `concurrency`: how many runs of this name may be under way in this process. */
  define(name: string, job: Job, options: { concurrency: number }): void;
  /**
   * Sets the alarm of (name, id); it outlives this process, but not always a power cut. There is one alarm per pair: an earlier time wins
   * over a later one, and one that is set while the job runs is not lost when that run ends.
   */
  schedule(name: string, id: string, when: Instant): Promise<void>;
  /** The alarms that exist among `ids`: when each rings; one whose job runs right now rings at 0. */
  alarms(name: string, ids: readonly string[]): Promise<Map<string, Instant>>;
  start(): Promise<void>;
  /** Rings no more and waits for running jobs, at most `timeout` milliseconds. */
  stop(timeout: number): Promise<void>;
}
