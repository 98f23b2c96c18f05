import type { Outcome } from "../contracts/channel.js";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Instant } from "../contracts/model.js";
import { Circuit } from "./circuit.js";
import { Quota } from "./quota.js";

/** Those who wait for one moment come within so many milliseconds after it. */
const spread = 1_000;

/** Leave to begin some calls. */
export interface Pass {
  calls: number;
  round: number;
}

/** Where calls of one channel ask before they begin, as its provider may be ill or may have had enough. This process knows it alone. */
export class Gate {
  private readonly circuit: Circuit;
  private readonly quota = new Quota();
  private underWay = 0;

  constructor(
    private readonly channel: string,
    concurrency: number,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly log: Log,
  ) {
    this.circuit = new Circuit(concurrency);
  }

  /** Leave for at most `want` calls, or for none. Each must end, or be taken back. */
  admit(want: number): Pass {
    const now = this.clock.now();
    const calls = this.circuit.admit(this.quota.admit(want, this.underWay, now), now);
    this.underWay += calls;
    return { calls, round: this.circuit.round };
  }

  /** So many of the pass's calls were not made. */
  takeBack(calls: number, { round }: Pass): void {
    if (calls === 0) return;
    this.underWay -= calls;
    this.circuit.takeBack(round, this.clock.now());
  }

  ended(outcome: Outcome, { round }: Pass): void {
    const now = this.clock.now();
    const bad = isBad(outcome);
    const chance = bad || outcome.limit ? this.ids.chance() : 0;
    this.underWay--;
    this.quota.ended(outcome.limit, now, chance);
    const change = this.circuit.ended(bad, round, now, chance);
    if (change === "opened") {
      const fields = { channel: this.channel, ...this.circuit.tally };
      this.log.warn(fields, "the channel's circuit is open: too many of its last calls ended badly");
    } else if (change === "closed") {
      this.log.info({ channel: this.channel }, "the channel's circuit is closed: its provider answers again");
    }
  }

  /** When those who were not admitted are to ask again; chance keeps groups of them apart. */
  askAgainAt(): Instant {
    const now = this.clock.now();
    const at = Math.max(this.circuit.askAgainAt(now), this.quota.askAgainAt(this.underWay, now));
    return at + Math.ceil(spread * this.ids.chance());
  }
}

/** A provider that names its limit, or refuses one message or all of ours, is well. */
function isBad(outcome: Outcome): boolean {
  if (outcome.status === "uncertain") return true;
  return outcome.status === "deferred" && !outcome.pause && !outcome.limit && outcome.retryAt === undefined;
}
