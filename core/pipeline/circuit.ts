import type { Instant } from "../contracts/model.js";
import { channelBackoff } from "./backoff.js";

/** Fewer calls than that prove nothing. */
const fewest = 10;
/** Calls that ended so long ago say nothing any more. */
const forgotten = 60_000;
const second = 1_000;

/**
 * Whether a provider is well enough to be called. When half of the last calls ended badly it opens: no call may begin for a while, which
 * doubles with each trial that fails. Then one call may try; if that ends well, the circuit is closed. Time and chance are given.
 */
export class Circuit {
  /** How the last calls ended, 1 is badly: a ring, of which the next place holds the oldest. */
  private readonly ends: Uint8Array;
  private next = 0;
  private count = 0;
  private bad = 0;
  private lastEnd: Instant = 0;
  private state: "closed" | "open" | "trying" = "closed";
  /** Since when it has been open, or one tries. */
  private since: Instant = 0;
  private openUntil: Instant = 0;
  private trials = 0;
  /** Grows when the circuit opens. A call that began in an earlier round ends as it ends, and says nothing of this one. */
  round = 0;

  /** It judges when as many calls have ended as are in flight at once: so many are on their way before the first of them tells. */
  constructor(concurrency: number) {
    this.ends = new Uint8Array(2 * Math.max(fewest, concurrency));
  }

  /** How many of `want` calls may begin. All of them must end, or be taken back. */
  admit(want: number, now: Instant): number {
    if (this.state === "closed" || want === 0) return want;
    if (this.state === "trying" || this.rests(now)) return 0;
    this.state = "trying";
    this.since = now;
    return 1;
  }

  /** The calls admitted in `round` were not made. */
  takeBack(round: number, now: Instant): void {
    if (this.state !== "trying" || round !== this.round) return;
    this.state = "open";
    this.openUntil = now;
  }

  /** A call that began in `round` ended. Answers what has become of the circuit, if anything has. */
  ended(badly: boolean, round: number, now: Instant, chance: number): "opened" | "closed" | undefined {
    if (round !== this.round || this.state === "open") return undefined;
    if (this.state === "trying") return badly ? this.open(now, chance) : this.close();
    if (now - this.lastEnd > forgotten) this.forget();
    this.lastEnd = now;
    this.note(badly ? 1 : 0);
    if (this.count * 2 < this.ends.length || this.bad * 2 < this.count) return undefined;
    this.open(now, chance);
    return "opened";
  }

  /** When a call is to ask again. While one tries that is later and later, as nobody knows how long it takes. */
  askAgainAt(now: Instant): Instant {
    if (this.state === "trying") return now + Math.max(second, now - this.since);
    return this.rests(now) ? this.openUntil : now;
  }

  /** Calls among the last `of` that ended badly. */
  get tally(): { bad: number; of: number } {
    return { bad: this.bad, of: this.count };
  }

  /** A clock that was put back does not make a rest longer: it ends it. */
  private rests(now: Instant): boolean {
    return this.state === "open" && now >= this.since && now < this.openUntil;
  }

  private note(bad: 0 | 1): void {
    const { ends, next } = this;
    this.bad += bad - (ends[next] ?? 0);
    ends[next] = bad;
    this.next = (next + 1) % ends.length;
    this.count = Math.min(this.count + 1, ends.length);
  }

  private open(now: Instant, chance: number): undefined {
    this.state = "open";
    this.since = now;
    this.openUntil = now + channelBackoff(this.trials++, chance);
    this.round++;
  }

  private close(): "closed" {
    this.state = "closed";
    this.trials = 0;
    this.forget();
    return "closed";
  }

  private forget(): void {
    this.ends.fill(0);
    this.count = this.bad = 0;
  }
}
