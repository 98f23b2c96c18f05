import type { Duration, Instant } from "../../../core/contracts/model.js";

/** Time as it passes, and what a clock on the wall makes of it. */
export class Time {
  /** Milliseconds that have really passed. */
  elapsed: Duration = 0;
  readonly jumps: Duration[] = [];
  private offset: Instant = Date.UTC(2026, 0, 5, 9);

  /** What the clock shows. */
  now(): Instant {
    return this.offset + this.elapsed;
  }

  pass(by: Duration): void {
    this.elapsed += by;
  }

  /** Somebody puts the clock forward, or back. */
  jump(by: Duration): void {
    this.offset += by;
    this.jumps.push(by);
  }

  /** How far the clock was put forward, or back (`-1`), by the jumps from number `from` on, before number `to`. */
  jumped(direction: 1 | -1, from = 0, to = this.jumps.length): Duration {
    const way = this.jumps.slice(from, to).filter((by) => by * direction > 0);
    return way.reduce((sum, by) => sum + by * direction, 0);
  }
}
