import type { Clock } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Duration } from "../contracts/model.js";
import type { Scheduler } from "../contracts/scheduler.js";

/**
 * Sets an alarm at least every so often, until `close`. For one that must never be missing: a replica set may lose the last alarms before
 * a fail-over.
 */
export function keptAlarm(
  scheduler: Scheduler,
  { name, id, every }: { name: string; id: string; every: Duration },
  clock: Clock,
  log: Log,
): { close(): void } {
  const set = async (): Promise<void> => {
    try {
      await scheduler.schedule(name, id, clock.now() + every);
    } catch (cause) {
      log.warn({ job: name, error: cause as Error }, "An alarm could not be set; it is tried again");
    }
  };
  const timer = setInterval(() => void set(), every).unref();
  return { close: () => clearInterval(timer) };
}
