import type { Duration, Instant } from "../../../core/contracts/model.js";

/** Time as it passes, and what a clock on the wall makes of it. */
export class Time {
  /** Milliseconds that have really passed. */
  elapsed: Duration = 0;
  readonly jumps: { at: Duration; by: Duration }[] = [];
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
    this.jumps.push({ at: this.elapsed, by });
  }

  /** How far the clock was put forward, or back (`-1`), since `from`. */
  jumped(direction: 1 | -1, from: Duration): Duration {
    return this.jumps
      .filter(({ at, by }) => at >= from && by * direction > 0)
      .reduce((sum, { by }) => sum + by * direction, 0);
  }
}
