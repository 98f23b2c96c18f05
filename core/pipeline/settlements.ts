import type { Outcome } from "../contracts/channel.js";
import type { Note, Position, SendingReason } from "../contracts/model.js";
import type { Claim, Settlement } from "../contracts/store.js";

/** A claim with the place that its sending has come to, and what happened on the way. */
interface Stand {
  claim: Claim;
  position: Position;
  notes: readonly Note[];
}

/** A claim that ends where it stands, without a call. */
export function moved({ claim, position, notes }: Stand): Settlement {
  const settlement = { sendingId: claim.sending.id, attemptId: claim.attemptId, outcome: null, position, notes };
  return position.stage === "anchored" && claim.entity ? { ...settlement, anchor: claim.entity } : settlement;
}

/** A claim that is given back as it was taken. */
export function unchanged({ claim }: Pick<Stand, "claim">): Settlement {
  return moved({ claim, position: claim.sending, notes: [] });
}

/** A claim that is given back as it was taken, although the ledger may say that it calls: no call was made. */
export function uncalled({ claim }: Pick<Stand, "claim">): Settlement {
  const outcome: Outcome = { status: "deferred", reason: "The store went away before the call, which was not made" };
  return { ...unchanged({ claim }), outcome: recorded(outcome) };
}

/** A claim whose call ended. */
export function called(stand: Stand, outcome: Outcome, next: Pick<Stand, "position" | "notes">): Settlement {
  return { ...moved({ ...stand, ...next, notes: [...stand.notes, ...next.notes] }), outcome: recorded(outcome) };
}

/** A sending that ends because its step can never be sent; no call was made. */
export function failed(stand: Stand, reason: SendingReason, note: string | null): Settlement {
  const position: Position = { ...stand.position, state: "failed", reason, dueAt: null };
  const end: Note = { kind: "settled", stepId: position.stepId, reason, note };
  return moved({ ...stand, position, notes: [...stand.notes, end] });
}

function recorded(outcome: Outcome): NonNullable<Settlement["outcome"]> {
  return {
    status: outcome.status,
    reason: "reason" in outcome ? outcome.reason : null,
    providerId: "providerId" in outcome ? outcome.providerId : null,
  };
}
