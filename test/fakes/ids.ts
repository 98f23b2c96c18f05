import type { Ids } from "../../core/contracts/clock.js";

/** Ids that count up, in the form and the order of UUIDv7; chance is always the middle. */
export class FakeIds implements Ids {
  private count = 0;

  constructor(private readonly series = 1) {}

  next(): string {
    const count = (++this.count).toString(16).padStart(12, "0");
    return `01900000-${this.series.toString(16).padStart(4, "0")}-7000-8000-${count}`;
  }

  chance(): number {
    return 0.5;
  }
}
