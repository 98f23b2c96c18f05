import type { Instant } from "../../../core/contracts/model.js";
import type { Scheduler } from "../../../core/contracts/scheduler.js";

/** Alarms as a table keeps them: they outlive the process, and so do the locks of jobs that ran when it died. */
export class Alarms {
  /** By `name:id`. */
  readonly times = new Map<string, Instant>();
  /** How many runs are under way. */
  private readonly locked = new Map<string, number>();

  readonly scheduler: Scheduler = {
    define: () => undefined,
    schedule: async (name, id, when) => this.set(`${name}:${id}`, when),
    alarms: async (name, ids) => {
      const found = new Map<string, Instant>();
      for (const id of ids) {
        const when = this.at(`${name}:${id}`);
        if (when !== undefined) found.set(id, when);
      }
      return found;
    },
    start: async () => undefined,
    stop: async () => undefined,
  };

  /** An earlier time wins over a later one. */
  set(key: string, when: Instant): void {
    this.times.set(key, Math.min(when, this.times.get(key) ?? Infinity));
  }

  /** When something is going to be done about it: now, when that is under way. */
  at(key: string): Instant | undefined {
    return this.locked.has(key) ? 0 : this.times.get(key);
  }

  due(now: Instant): string[] {
    return [...this.times].filter(([, when]) => when <= now).map(([key]) => key);
  }

  /** A run begins. */
  lock(key: string): void {
    this.times.delete(key);
    this.locked.set(key, (this.locked.get(key) ?? 0) + 1);
  }

  /** A run ends, with the next time that it asks for. */
  release(key: string, next: Instant | undefined): void {
    const others = (this.locked.get(key) ?? 1) - 1;
    if (others > 0) this.locked.set(key, others);
    else this.locked.delete(key);
    if (next !== undefined) this.set(key, next);
  }

  /** The next process finds what was locked by a dead one, and rings it at once. */
  takeOver(now: Instant): void {
    for (const key of this.locked.keys()) this.set(key, now);
    this.locked.clear();
  }
}
