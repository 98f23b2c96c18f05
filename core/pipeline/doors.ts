import { injectable } from "tsyringe";

/** From so many unanswered requests on there is a crowd. */
const crowd = 8;
/** While there is one, an event is worked on for so many that are brought. */
const share = 3;

/**
 * How busy the doors of the sources are. Platforms wait for seconds and then count a failure, while what they brought is safe: a crowd is
 * answered before its events are worked on.
 */
@injectable()
export class Doors {
  private knocking = 0;
  /** By the crowd, and not yet made up for by work. */
  private brought = 0;

  /** Counts one who knocks for as long as the answer takes. */
  async answer<T>(work: () => Promise<T>): Promise<T> {
    this.knocking += 1;
    try {
      return await work();
    } finally {
      this.knocking -= 1;
      this.brought += 1;
    }
  }

  /** How many events may be taken in hand now. */
  get room(): number {
    return this.knocking < crowd ? Infinity : Math.floor(this.brought / share);
  }

  /** So many were taken in hand. */
  took(events: number): void {
    this.brought = this.knocking < crowd ? 0 : Math.max(0, this.brought - share * events);
  }
}
