import { BaseNotificationChannel, toJobId, type JobNotification } from "agenda";
import type { Duration } from "../contracts/model.js";

/** The scheduler looks by itself more often than this. */
const farthest = 60_000;

/** Makes Agenda look for jobs of a name at once or after a while, so that none waits for the next regular look. Silent after `disconnect`. */
export class Bell extends BaseNotificationChannel {
  private readonly timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  private readonly rung = new Set<string>();

  /** Rings for `name` when `wait` has passed; of several times to come, only at the earliest. */
  ring(name: string, wait: Duration): void {
    if (this.state !== "connected") return;
    if (wait <= 0) return this.tell(name);
    const at = performance.now() + wait;
    const set = this.timers.get(name);
    if (set && set.at <= at) return;
    clearTimeout(set?.timer);
    const timer = setTimeout(
      () => {
        this.timers.delete(name);
        this.tell(name);
      },
      Math.min(wait, farthest),
    );
    this.timers.set(name, { at, timer });
  }

  /** Whether it has rung for `name` since this was asked last. */
  answer(name: string): boolean {
    return this.rung.delete(name);
  }

  /** As `ring` now, for a look that may be left out when there is nothing to be found. */
  nudge(name: string): void {
    if (this.state === "connected") this.wake(name);
  }

  connect(): Promise<void> {
    this.setState("connected");
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.handlers.clear();
    this.setState("disconnected");
    return Promise.resolve();
  }

  /** Resolves at once: whoever saves a job does not wait until others have been claimed. */
  publish(notification: JobNotification): Promise<void> {
    void this.notifyHandlers(notification);
    return Promise.resolve();
  }

  private tell(name: string): void {
    this.rung.add(name);
    this.wake(name);
  }

  private wake(name: string): void {
    // Without a time Agenda looks at once, whatever it believes to be due when.
    void this.publish({ jobId: toJobId(""), jobName: name, nextRunAt: null, priority: 0, timestamp: new Date() });
  }
}
