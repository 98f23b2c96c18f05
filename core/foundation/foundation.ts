import type { Clock } from "../contracts/clock.js";
import type { CountCall, Quota, RateLimits } from "../contracts/quotas.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { Store } from "../contracts/store.js";

/** What a runtime stands on: where it keeps everything, what rings, and what the time is. Each mode lays its own. */
export interface Foundation {
  readonly store: Store;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  /** Whether no other process works on this store: then whatever is in hand at the start was in the hand of a dead one. */
  readonly alone: boolean;
  /** Counts calls for all processes that share the store, given how this one counts by itself; missing: it counts alone. */
  readonly countTogether?: (limits: RateLimits, local: (organization: string) => Quota) => CountCall;
  /**
   * Before the scheduler starts: from now on this process is one of those that share the store. Of one that died `takeUp` is told the jobs
   * that it was at work on, before others may run them; what rejects is told again. Rejects with a sentence when there is no place for it.
   */
  join(takeUp: TakeUp): Promise<void>;
  /** Resolves with the reason when another process has this one's place: it must end. Never in local mode. */
  readonly lost: Promise<Error>;
  /** After the scheduler has stopped: the others need not wait for this process any more. */
  leave(): Promise<void>;
  /** Gives back files and sockets. */
  close(): Promise<void>;
}

export type TakeUp = (jobs: readonly { name: string; id: string }[]) => Promise<void>;

/** What a process does for the others of its cluster; `all`: everything, as in local mode. */
export type Role = "all" | "api" | "worker";

export interface Standing {
  role: Role;
  /** Of this program. */
  version: string;
}
