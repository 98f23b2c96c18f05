import type { Instant } from "./model.js";

/** A process of a cluster, as the others see it. Times are the database's. */
export interface Node {
  name: string;
  role: string;
  version: string;
  host: string;
  pid: number;
  startedAt: Instant;
  seenAt: Instant;
  /** It was seen within its lease. */
  isAlive: boolean;
}

/** Of `of` processes that take something in turn this is the one with the number `index`, from 0 on. */
export interface Turn {
  index: number;
  of: number;
}

/** The processes that share a store. */
export interface Nodes {
  /** This process among all that ever were: another start under the same name is another one. Locks are held under it. */
  readonly id: string;
  /**
   * Takes the name, and is seen from then on. Waits for a process of this name that may have died until it is known to be dead; rejects
   * with a sentence when it lives. What it held has been taken up when this resolves.
   */
  join(): Promise<void>;
  /** Gives the name back: nobody waits for this process any more. */
  leave(): Promise<void>;
  list(): Promise<Node[]>;
  /** This process among those that live and work, as of its last heartbeat. */
  turn(): Turn;
}
