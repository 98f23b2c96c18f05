import type { Instant } from "../../core/contracts/model.js";
import type { Job, Scheduler } from "../../core/contracts/scheduler.js";
import type { FakeClock } from "./clock.js";

/** Alarms in a map; jobs run when the test says so, at the times of a fake clock. */
export class FakeScheduler implements Scheduler {
  readonly rings = new Map<string, Instant>();
  private readonly jobs = new Map<string, Job>();

  constructor(private readonly clock: FakeClock) {}

  define(name: string, job: Job): void {
    this.jobs.set(name, job);
  }

  schedule(name: string, id: string, when: Instant): Promise<void> {
    const key = `${name}:${id}`;
    this.rings.set(key, Math.min(when, this.rings.get(key) ?? Infinity));
    return Promise.resolve();
  }

  alarms(name: string, ids: readonly string[]): Promise<Map<string, Instant>> {
    const found = ids.map((id) => [id, this.rings.get(`${name}:${id}`)] as const);
    return Promise.resolve(new Map(found.filter((entry): entry is [string, Instant] => entry[1] !== undefined)));
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** Rings every alarm whose time has come, those that are set meanwhile included. */
  async ringDue(): Promise<void> {
    for (;;) {
      const due = [...this.rings].filter(([, when]) => when <= this.clock.now());
      if (due.length === 0) return;
      await Promise.all(due.map(([key]) => this.ring(key)));
    }
  }

  private async ring(key: string): Promise<void> {
    this.rings.delete(key);
    const [name = "", id = ""] = key.split(/:(.*)/s);
    const again = await this.jobs.get(name)?.run(id);
    if (again !== undefined) await this.schedule(name, id, again);
  }

  /** Moves the clock from alarm to alarm until `until`, ringing each. */
  async runUntil(until: Instant): Promise<void> {
    for (;;) {
      await this.ringDue();
      const next = Math.min(...this.rings.values(), until);
      if (next <= this.clock.now()) return;
      this.clock.advance(next - this.clock.now());
    }
  }
}
