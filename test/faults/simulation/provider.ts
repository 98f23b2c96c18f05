import type { Channel, Message, Outcome } from "../../../core/contracts/channel.js";
import type { Duration, Instant } from "../../../core/contracts/model.js";
import type { Random } from "../random.js";
import { minute } from "./project.js";
import type { Time } from "./time.js";

/** A call as the provider saw it. */
export interface JournalEntry {
  /** Time that had passed, and how often the clock had been put elsewhere. */
  at: Duration;
  jumps: number;
  sendingId: string;
  attemptId: string;
  stepId: string;
  /** The message went out. */
  taken: boolean;
  /** What the process was told, if it lived to hear it. */
  told: Outcome["status"] | null;
}

/** What a provider does with a call: whether it takes the message, what the channel makes of its answer, and how long that takes. */
export interface Fate {
  taken: boolean;
  outcome: Outcome | "throw";
  after: Duration;
}

const timeout = 10_000;

/** Where a channel stands: the process that it is part of. */
export interface Side {
  pass(point: string): Promise<void>;
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** The outside world. It keeps a journal of its own, and misbehaves as often as `trouble` says (0 to 1). */
export class Provider {
  readonly journal: JournalEntry[] = [];
  /** What becomes of the next calls, before chance decides. */
  readonly script: Fate[] = [];
  /** Has the last word on each call. */
  bend: (fate: Fate) => Fate = (fate) => fate;

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
    const { taken, outcome, after } = this.bend(this.script.shift() ?? this.chance());
    const { sendingId, attemptId, stepId } = message;
    const { elapsed: at, jumps } = this.time;
    const entry: JournalEntry = { at, jumps: jumps.length, sendingId, attemptId, stepId, taken, told: null };
    this.journal.push(entry);
    if (after > 0) await side.sleep(after, signal);
    await side.pass(`${point} >`);
    if (outcome === "throw") throw new Error("a defect of the channel");
    const told = after > 0 && signal.aborted ? uncertain : outcome;
    entry.told = told.status;
    return told;
  }

  private chance(): Fate {
    const { random, time } = this;
    if (random.next() >= this.trouble) return fates.accepted;
    const isTaken = random.next() < 0.5;
    const later = time.now() + random.between(0, 10 * minute);
    return [
      fates.rejected,
      fates.unavailable,
      fates.tooMany(later),
      fates.unauthorized,
      fates.forbidden(later),
      fates.defect(isTaken),
      fates.hanging(isTaken),
      fates.slow(random.between(1, timeout - 1)),
      fates.broken(isTaken),
      fates.broken(!isTaken),
    ][random.between(0, 9)]!;
  }
}

const uncertain = { status: "uncertain", reason: "The connection broke after the request" } as const;
const accepted = { status: "accepted", providerId: "p" } as const;

/** All that can become of a call. */
export const fates = {
  accepted: fate(true, accepted),
  rejected: fate(false, { status: "rejected", reason: "no such mailbox" }),
  unavailable: fate(false, { status: "deferred", reason: "503" }),
  tooMany: (retryAt: Instant) => fate(false, { status: "deferred", reason: "429", retryAt }),
  unauthorized: fate(false, { status: "deferred", reason: "401", pause: {} }),
  forbidden: (probeAt: Instant) => fate(false, { status: "deferred", reason: "403", pause: { probeAt } }),
  defect: (isTaken: boolean) => fate(isTaken, "throw"),
  hanging: (isTaken: boolean) => fate(isTaken, uncertain, timeout),
  slow: (after: Duration) => fate(true, accepted, after),
  broken: (isTaken: boolean) => fate(isTaken, uncertain),
};

function fate(taken: boolean, outcome: Fate["outcome"], after: Duration = 0): Fate {
  return { taken, outcome, after };
}
