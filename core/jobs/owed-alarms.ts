import { StoreUnavailable } from "../contracts/errors.js";
import type { Duration, Instant } from "../contracts/model.js";

const between: Duration = 1_000;

interface Owed {
  name: string;
  id: string;
  when: Instant;
}

/**
 * Sets alarms by `set`. One that the store does not take is refused, and all the same set as soon as the store is there again: what it is
 * about may have been kept before the store went away, and would wait for the next sweep.
 */
export class OwedAlarms {
  private readonly owed = new Map<string, Owed>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly set: (name: string, id: string, when: Instant) => Promise<void>) {}

  async schedule(name: string, id: string, when: Instant): Promise<void> {
    try {
      await this.set(name, id, when);
    } catch (cause) {
      if (cause instanceof StoreUnavailable) this.owe({ name, id, when });
      throw cause;
    }
  }

  /** From here on nothing is set that was not taken before. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private owe(alarm: Owed): void {
    const key = JSON.stringify([alarm.name, alarm.id]);
    const earlier = this.owed.get(key);
    this.owed.set(key, earlier && earlier.when <= alarm.when ? earlier : alarm);
    this.later();
  }

  private later(): void {
    if (this.closed) return;
    this.timer ??= setTimeout(() => void this.pay(), between).unref();
  }

  private async pay(): Promise<void> {
    try {
      for (const [key, alarm] of this.owed) {
        await this.set(alarm.name, alarm.id, alarm.when);
        // Unless an earlier time was asked for meanwhile.
        if (this.owed.get(key) === alarm) this.owed.delete(key);
      }
    } catch {
      // Whoever is at work says that the store is away.
    }
    this.timer = undefined;
    if (this.owed.size > 0) this.later();
  }
}
