import type { Limit } from "../contracts/channel.js";
import type { Instant } from "../contracts/model.js";
import { channelBackoff } from "./backoff.js";

/**
 * How many calls a provider takes, as far as it has said so. Its words may come out of order: the lowest count of a period holds, so a few
 * calls too few may be made, none too many. Time and chance are given.
 */
export class Quota {
  /** What the provider takes until `resetAt`, calls under way included. */
  private left = Infinity;
  private resetAt: Instant = 0;
  /** Before then it takes nothing. */
  private closedUntil: Instant = 0;
  private heardAt: Instant = 0;
  /** How often in a row it took nothing without saying for how long. */
  private refusals = 0;

  /** How many of `want` calls may begin beside those under way. */
  admit(want: number, underWay: number, now: Instant): number {
    this.mindClock(now);
    if (now < this.closedUntil) return 0;
    if (now >= this.resetAt) this.left = Infinity;
    return Math.max(0, Math.min(want, this.left - underWay));
  }

  /** A call ended, with the provider's word on its limit if it had one. */
  ended(limit: Limit | undefined, now: Instant, chance: number): void {
    this.mindClock(now);
    this.left--;
    if (limit) this.heardAt = now;
    if (limit?.resetAt === undefined) return limit ? this.refused(now, chance) : this.taken(now);
    const { remaining, resetAt } = limit;
    if (remaining <= 0) this.closedUntil = Math.max(this.closedUntil, resetAt);
    else this.taken(now);
    if (resetAt < this.resetAt) return;
    this.left = resetAt === this.resetAt ? Math.min(this.left, remaining) : remaining;
    this.resetAt = resetAt;
  }

  /** When a call is to ask again: now, unless the quota is what keeps it from beginning. */
  askAgainAt(underWay: number, now: Instant): Instant {
    if (this.admit(1, underWay, now) > 0) return now;
    return now < this.closedUntil ? this.closedUntil : this.resetAt;
  }

  /** Those under way when it began to refuse are refused as well: they make one refusal. */
  private refused(now: Instant, chance: number): void {
    if (now < this.closedUntil) return;
    this.closedUntil = now + channelBackoff(this.refusals++, chance);
  }

  /** When the clock was put back, times that were told before mean nothing any more. */
  private mindClock(now: Instant): void {
    if (now < this.heardAt) this.closedUntil = this.resetAt = this.heardAt = 0;
  }

  private taken(now: Instant): void {
    if (now >= this.closedUntil) this.refusals = 0;
  }
}
