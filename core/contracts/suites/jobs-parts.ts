import type { Duration, Instant } from "../model.js";
import type { Scheduler } from "../scheduler.js";

/** Schedulers over one storage, each of them what another process would have. */
export interface Schedulers {
  /** `alone`: told that no other process is there. `processEvery`: how often it looks for what others have set. */
  open(options?: { alone?: boolean; processEvery?: Duration }): Scheduler;
  /** Closes the storage and opens it again, as a restart of the machine does. No scheduler is in use. */
  reopen(): Promise<void>;
}

/** Registers one test over fresh schedulers. */
export type Check = (name: string, body: (schedulers: Schedulers) => Promise<void>) => void;

/** A job that writes down its runs. `answer` is what a run does, given how many there were of all ids with this one. */
export function recording(answer: (id: string, count: number) => Instant | undefined | Promise<Instant | undefined>) {
  const runs: { id: string; at: Instant }[] = [];
  const run = async (id: string): Promise<Instant | undefined> => {
    runs.push({ id, at: Date.now() });
    return answer(id, runs.length);
  };
  return { runs, run };
}

/** A promise that the test keeps. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Resolves when `condition` holds; looks every few milliseconds and rejects after `timeout`. */
export async function until(condition: () => boolean | Promise<boolean>, timeout: Duration = 10_000): Promise<void> {
  const giveUp = Date.now() + timeout;
  while (!(await condition())) {
    if (Date.now() > giveUp) throw new Error(`This did not come true within ${timeout} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
