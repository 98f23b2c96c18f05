import type { Duration, Instant } from "./model.js";

/** Time, injected everywhere in the engine, so that a test or a simulator can own it. */
export interface Clock {
  now(): Instant;
  /** Resolves after `duration`, or at once when `signal` aborts. Never rejects. */
  wait(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** Identity and chance, injected like time. */
export interface Ids {
  /** A UUIDv7: unique, and in the order of its making. */
  next(): string;
  /** A number in [0, 1), for jitter. */
  chance(): number;
}
