import { setTimeout as pause } from "node:timers/promises";
import type { Duration } from "../../contracts/model.js";

/** A primary has given way to another by then. */
const patience: Duration = 60_000;
const between: Duration = 200;

/**
 * What `claim` answers. When it fails it may have been written all the same, and nobody would work on what it holds before its lease lapses:
 * `undo` is tried until the database takes it, before the failure is told.
 */
export async function orUndone<T>(claim: () => Promise<T>, undo: () => Promise<unknown>): Promise<T> {
  try {
    return await claim();
  } catch (cause) {
    await insist(undo);
    throw cause;
  }
}

async function insist(work: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      await work();
      return;
    } catch {
      if (performance.now() > until) return;
      await pause(between);
    }
  }
}
