import type { Clock } from "../contracts/clock.js";
import type { Instant } from "../contracts/model.js";

/** Lets callers through one after another, at most so many a second. */
export class Turns {
  private readonly apart: number;
  private nextAt: Instant = 0;

  constructor(
    perSecond: number,
    private readonly clock: Clock,
  ) {
    this.apart = 1_000 / perSecond;
  }

  /** Resolves when it is this caller's turn. */
  async next(): Promise<void> {
    const now = this.clock.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + this.apart;
    if (at > now) await this.clock.wait(at - now);
  }
}
