import type { Accepted } from "./accept.js";
import type { InboxEvent, IntakeResult } from "./inbox.js";
import type { EventReason } from "./plugin.js";
import type { Verdict } from "./rules.js";

/** A plan of an event that started nobody, or not everybody. */
export interface LeftOut {
  rule: string;
  reason: EventReason;
}

/** What the plans of an event came to, and whether it did anything else to somebody. */
export interface Caused {
  started: readonly string[];
  leftOut: readonly LeftOut[];
  /** A sending was cancelled or moved, or a person was forgotten. */
  touched: boolean;
}

const sentences: Partial<Record<EventReason, string>> = {
  repeated: "it has started this person before",
  no_consent: "the person is not to be written to",
  sequence_refused: "the sequence does not take the person again yet",
  stale: "what it is about is cancelled, refunded or a no-show",
};

/**
 * What becomes of an event. One that started nobody although it might have, and that did nothing else to anybody, is `ignored`, for the
 * reason it came with, else that of its first plan; what was left out of any other one stands in its notes. That an entity was updated counts for nothing here.
 */
export function settledAs(
  { status, reason, notes, plans }: IntakeResult,
  { started, leftOut, touched }: Caused,
): Pick<InboxEvent, "status" | "reason" | "notes"> {
  if (status !== "processed") return { status, reason, notes };
  const all = [
    ...notes,
    ...leftOut.map((one) => `Rule ${one.rule} started nobody: ${sentences[one.reason] ?? one.reason}`),
  ];
  const first = leftOut[0]?.reason ?? null;
  if (started.length === 0 && !touched && (plans.length > 0 || reason !== null)) {
    return { status: "ignored", reason: moreTelling(reason, first), notes: all };
  }
  return { status, reason: moreTelling(reason, first), notes: all };
}

/** Of two reasons of one event the one to tell: that a rule was not meant for it says nothing of another one that was. */
export function moreTelling(reason: EventReason | null, other: EventReason | null): EventReason | null {
  return other !== null && (reason === null || reason === "condition_false") ? other : reason;
}

/** Why a plan was refused, in the words of an event: opted out and suppressed are one, and a cool-down is the sequence's own. */
export function refusalOf(accepted: Exclude<Accepted, { kind: "accepted" }>): EventReason {
  const [first] = accepted.kind === "refused" ? accepted.outcomes : [];
  return first && first.status !== "queued" ? reasons[first.status] : "repeated";
}

const reasons: Record<Exclude<Verdict["status"], "queued">, EventReason> = {
  repeated: "repeated",
  unsubscribed: "no_consent",
  cooldown: "sequence_refused",
};
