import type { Duration } from "../contracts/model.js";

/** However many others ring, we look no more often than this for each name: all of them are rung at once, and most come too late. */
const atMostEvery: Duration = 50;

/** What other processes ring for: the first at once, those that follow it closely together. */
export class Hearing {
  private readonly last = new Map<string, number>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly tell: (name: string) => void) {}

  hear(name: string): void {
    if (this.timers.has(name)) return;
    const wait = (this.last.get(name) ?? -Infinity) + atMostEvery - performance.now();
    if (wait <= 0) this.now(name);
    else
      this.timers.set(
        name,
        setTimeout(() => {
          this.timers.delete(name);
          this.now(name);
        }, wait),
      );
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private now(name: string): void {
    this.last.set(name, performance.now());
    this.tell(name);
  }
}
