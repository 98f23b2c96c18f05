/** How many commits may follow each other at once, and the milliseconds after which another one may. */
const burst = 12;
const interval = 2;

/**
 * When the next commit should be made: at once while there are few, every two milliseconds while there are many. A commit waits for the
 * disk, whatever is in it: under load those that follow at once would each carry little, and the disk would decide how much is done.
 */
export class Pace {
  private credit = burst;
  private countedAt = performance.now();

  /** Takes the next commit's place and answers the milliseconds to wait for it. */
  next(): number {
    const now = performance.now();
    this.credit = Math.min(burst, this.credit + (now - this.countedAt) / interval) - 1;
    this.countedAt = now;
    return this.credit >= 0 ? 0 : -this.credit * interval;
  }
}
