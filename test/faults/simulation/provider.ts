import type { Channel, Message, Outcome } from "../../../core/contracts/channel.js";
import type { Duration } from "../../../core/contracts/model.js";
import type { Random } from "../random.js";
import { minute } from "./project.js";
import type { Time } from "./time.js";

/** A call as the provider saw it. */
export interface JournalEntry {
  /** Time that had passed. */
  at: Duration;
  sendingId: string;
  attemptId: string;
  stepId: string;
  /** The message went out. */
  taken: boolean;
  /** What the process was told, if it lived to hear it. */
  told: Outcome["status"] | null;
}

/** What a provider does with a call: whether it takes the message, what the channel makes of its answer, and how long that takes. */
interface Fate {
  taken: boolean;
  outcome: Outcome | "throw";
  after: Duration;
}

const timeout = 10_000;
const uncertain = { status: "uncertain", reason: "The connection broke after the request" } as const;

/** Where a channel stands: the process that it is part of. */
export interface Side {
  pass(point: string): Promise<void>;
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** The outside world. It keeps a journal of its own, and misbehaves as often as `trouble` says (0 to 1). */
export class Provider {
  readonly journal: JournalEntry[] = [];

  constructor(
    private readonly random: Random,
    private readonly time: Time,
    public trouble: number,
  ) {}

  channel(name: string, side: Side): Channel {
    return {
      use: name,
      concurrency: 3,
      timeout,
      send: (message, signal) => this.send(`${name}.send`, message, side, signal),
      close: () => Promise.resolve(),
    };
  }

  private async send(point: string, message: Message, side: Side, signal: AbortSignal): Promise<Outcome> {
    await side.pass(`${point} <`);
    if (signal.aborted) return { status: "deferred", reason: "The call was cut before it began" };
    const { taken, outcome, after } = this.fate();
    const { sendingId, attemptId, stepId } = message;
    const entry: JournalEntry = { at: this.time.elapsed, sendingId, attemptId, stepId, taken, told: null };
    this.journal.push(entry);
    if (after > 0) await side.sleep(after, signal);
    await side.pass(`${point} >`);
    if (outcome === "throw") throw new Error("a defect of the channel");
    const told = after > 0 && signal.aborted ? uncertain : outcome;
    entry.told = told.status;
    return told;
  }

  private fate(): Fate {
    const { random } = this;
    if (random.next() >= this.trouble) return fate(true, accepted);
    const taken = random.next() < 0.5;
    switch (random.between(1, 10)) {
      case 1:
        return fate(false, { status: "rejected", reason: "no such mailbox" });
      case 2:
        return fate(false, { status: "deferred", reason: "503" });
      case 3: {
        const retryAt = this.time.now() + random.between(0, 10 * minute);
        return fate(false, { status: "deferred", reason: "429", retryAt });
      }
      case 4:
        return fate(false, { status: "deferred", reason: "401", pause: {} });
      case 5: {
        const probeAt = this.time.now() + random.between(0, 10 * minute);
        return fate(false, { status: "deferred", reason: "403", pause: { probeAt } });
      }
      case 6:
        return fate(taken, "throw");
      case 7:
        return fate(taken, uncertain, timeout);
      case 8:
        return fate(true, accepted, random.between(1, timeout - 1));
      default:
        return fate(taken, uncertain);
    }
  }
}

const accepted = { status: "accepted", providerId: "p" } as const;

function fate(taken: boolean, outcome: Fate["outcome"], after: Duration = 0): Fate {
  return { taken, outcome, after };
}
