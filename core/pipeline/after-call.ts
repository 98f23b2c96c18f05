import type { Outcome } from "../contracts/channel.js";
import type { Note, Position } from "../contracts/model.js";
import type { RunnableSequence, StepView, UncertainPolicy } from "../contracts/step.js";
import { backoff } from "./backoff.js";
import { arrive, walk, type Walked } from "./walk.js";

/** The call that ended. `position` is at its step. */
export interface EndedCall {
  sequence: RunnableSequence;
  view: StepView;
  position: Position;
  channel: string;
  onUncertain: UncertainPolicy;
  /** In [0, 1): jitter. */
  chance: number;
}

/** Where a sending goes after a call of its step. Pure. */
export function afterCall(call: EndedCall, outcome: Outcome): Pick<Walked, "position" | "notes"> {
  switch (outcome.status) {
    case "accepted":
      return onward(call);
    case "rejected":
      return { position: { ...call.position, state: "failed", reason: "rejected", dueAt: null }, notes: [] };
    case "deferred":
      return { position: outcome.pause ? parked(call) : again(call, outcome.retryAt), notes: [] };
    case "uncertain":
      return inDoubt(call, outcome.reason);
  }
}

/** Waits for the channel to take messages again. */
export function parked({ position, channel }: Pick<EndedCall, "position" | "channel">): Position {
  return { ...position, reason: "channel_paused", parkedOn: channel };
}

function onward({ sequence, view, position }: EndedCall): Pick<Walked, "position" | "notes"> {
  return walk(sequence, view, arrive(sequence, position.stepIndex + 1, view.now));
}

/** A time that the provider named does not count as a failed try. */
function again({ position, view, chance }: EndedCall, retryAt: number | undefined): Position {
  if (retryAt !== undefined) return { ...position, reason: null, dueAt: Math.max(retryAt, view.now) };
  return {
    ...position,
    reason: null,
    dueAt: view.now + backoff(position.deferrals, chance),
    deferrals: position.deferrals + 1,
  };
}

/** `retry` allows one more try, which may be a second message; after that a person decides. */
function inDoubt(call: EndedCall, why: string): Pick<Walked, "position" | "notes"> {
  const { position, view, onUncertain, chance } = call;
  const doubts = position.doubts + 1;
  if (onUncertain === "skip") {
    const skipped: Note = { kind: "skipped", stepId: position.stepId, reason: "uncertain", note: why };
    const { position: next, notes } = onward(call);
    return { position: next, notes: [skipped, ...notes] };
  }
  if (onUncertain === "retry" && position.doubts === 0) {
    return { position: { ...position, reason: null, dueAt: view.now + backoff(0, chance), doubts }, notes: [] };
  }
  const held: Note = { kind: "held", stepId: position.stepId, reason: "uncertain", note: why };
  return { position: { ...position, state: "held", reason: "uncertain", dueAt: null, doubts }, notes: [held] };
}
