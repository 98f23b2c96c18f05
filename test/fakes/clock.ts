import type { Clock } from "../../core/contracts/clock.js";
import type { Duration, Instant } from "../../core/contracts/model.js";

interface Sleeper {
  until: Instant;
  wake: () => void;
}

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  private sleepers: Sleeper[] = [];

  constructor(private instant: Instant = Date.UTC(2026, 0, 5, 9)) {}

  now(): Instant {
    return this.instant;
  }

  wait(duration: Duration, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((wake) => {
      this.sleepers.push({ until: this.instant + duration, wake });
      signal?.addEventListener("abort", () => wake(), { once: true });
    });
  }

  /** How many are waiting. */
  get waiting(): number {
    return this.sleepers.length;
  }

  /** Moves on (or back), and wakes those whose time has come. */
  advance(by: Duration): void {
    this.instant += by;
    const due = this.sleepers.filter(({ until }) => until <= this.instant);
    this.sleepers = this.sleepers.filter(({ until }) => until > this.instant);
    for (const { wake } of due) wake();
  }
}
