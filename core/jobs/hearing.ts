import type { Turn } from "../contracts/nodes.js";
import type { Duration } from "../contracts/model.js";

/** However many others ring, we look no more often than this for each name: all of them are rung at once, and most come too late. */
const atMostEvery: Duration = 50;
/** What was somebody else's turn and nobody has taken by then is for all. */
const othersWait: Duration = 250;

/**
 * What other processes ring for. Those who share the work take turns: the bells of our own turn are heard at once, or together if they
 * follow closely; the others only when we have not looked for a while.
 */
export class Hearing {
  private readonly last = new Map<string, number>();
  private readonly timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();

  constructor(
    private readonly tell: (name: string) => void,
    private readonly turn: () => Turn = () => ({ index: 0, of: 1 }),
  ) {}

  /** `count`: of the bells that its process has rung so far. */
  hear(name: string, count: number): void {
    const { index, of } = this.turn();
    const now = performance.now();
    const soonest = Math.max(now, (this.last.get(name) ?? -Infinity) + atMostEvery);
    this.hearAt(name, count % of === index ? soonest : now + othersWait, now);
  }

  close(): void {
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private hearAt(name: string, at: number, now: number): void {
    const set = this.timers.get(name);
    if (set && set.at <= at) return;
    clearTimeout(set?.timer);
    if (at <= now) this.hearNow(name);
    else this.timers.set(name, { at, timer: setTimeout(() => this.hearNow(name), at - now) });
  }

  private hearNow(name: string): void {
    this.timers.delete(name);
    this.last.set(name, performance.now());
    this.tell(name);
  }
}
