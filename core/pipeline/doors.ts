import { inject, injectable } from "tsyringe";
import type { Clock } from "../contracts/clock.js";
import type { Duration, Instant } from "../contracts/model.js";
import { CLOCK } from "../tokens.js";

/** From so many unanswered requests on there is a crowd, and from so many people on that they are about. */
const crowd = { requests: 8, people: 200 };
/** Those who are answered together come back together: so long after there were as many, the crowd is still there. */
const lull: Duration = 25;
/** So long a crowd is let in before what is due. */
const patience: Duration = 5_000;
/** While there is a crowd, an event is worked on for so many requests. */
const share = 16;

/**
 * How busy the doors are, where sources and callers knock. They wait for seconds and then count a failure, while what they brought before is
 * safe: a crowd is answered before that is worked on.
 */
@injectable()
export class Doors {
  private requests = 0;
  private people = 0;
  /** By the crowd, and not yet made up for by work. */
  private brought = 0;
  private crowdedSince: Instant = -Infinity;
  private crowdedAt: Instant = -Infinity;

  constructor(@inject(CLOCK) private readonly clock: Clock) {}

  /** Counts one who knocks for as long as the answer takes. `people`: how many the request is about. */
  async answer<T>(work: () => Promise<T>, people = 1): Promise<T> {
    this.requests += 1;
    this.people += people;
    if (this.isFull) this.crowded();
    try {
      return await work();
    } finally {
      if (this.isFull) this.crowded();
      this.requests -= 1;
      this.people -= people;
      this.brought += 1;
    }
  }

  /** How many events may be taken in hand now. */
  get room(): number {
    return this.isCrowded ? Math.floor(this.brought / share) : Infinity;
  }

  /** So many were taken in hand. */
  took(events: number): void {
    this.brought = this.isCrowded ? Math.max(0, this.brought - share * events) : 0;
  }

  /** Resolves when there is no crowd, when it has been there for five seconds, or when `isOver` says that nobody waits any more. */
  async quiet(isOver: () => boolean): Promise<void> {
    while (this.isCrowded && this.isWithin(patience, this.crowdedSince) && !isOver()) await this.clock.wait(lull);
  }

  private get isFull(): boolean {
    return this.requests >= crowd.requests || this.people >= crowd.people;
  }

  private get isCrowded(): boolean {
    return this.isFull || this.isWithin(lull, this.crowdedAt);
  }

  private crowded(): void {
    const now = this.clock.now();
    if (!this.isWithin(lull, this.crowdedAt)) this.crowdedSince = now;
    this.crowdedAt = now;
  }

  /** A clock that was put back would else keep everybody waiting. */
  private isWithin(duration: Duration, at: Instant): boolean {
    return Math.abs(this.clock.now() - at) < duration;
  }
}
