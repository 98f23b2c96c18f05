import type { Clock } from "../contracts/clock.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { Store } from "../contracts/store.js";

/** What a runtime stands on: where it keeps everything, what rings, and what the time is. Each mode lays its own. */
export interface Foundation {
  readonly store: Store;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  /** Whether no other process works on this store: then whatever is in hand at the start was in the hand of a dead one. */
  readonly alone: boolean;
  /** Before the scheduler starts. Rejects with a sentence when this process cannot be one of those that share the store. */
  join(standing: Standing): Promise<void>;
  /** Resolves with the reason when the others take this process for dead: it must end. Never in local mode. */
  readonly lost: Promise<Error>;
  /** After the scheduler has stopped: the others need not wait for this process any more. */
  leave(): Promise<void>;
  /** Gives back files and sockets. */
  close(): Promise<void>;
}

/** What a process does for the others of its cluster; `all`: everything, as in local mode. */
export type Role = "all" | "api" | "worker";

export interface Standing {
  role: Role;
  /** Of this program. */
  version: string;
}
