import type { Execution, Instant, JsonObject, Note, Position, Sending } from "../../contracts/model.js";
import type { ExecutionDocument, NoteEntry, SendingDocument } from "./documents.js";

/** A sending without what happened to it, which grows. */
export type SendingHead = Omit<SendingDocument, "history">;

/** Leaves out what happened to it. */
export const headOnly = { history: 0 } as const;

export function sendingOf(document: SendingHead): Sending {
  return {
    id: document._id,
    organization: document.organization,
    executionId: document.executionId,
    sequenceId: document.sequenceId,
    sequenceVersion: document.sequenceVersion,
    purpose: document.purpose,
    contactId: document.contactId,
    locationId: document.locationId,
    employeeId: document.employeeId,
    entity: document.entity,
    context: JSON.parse(document.context) as JsonObject,
    ...positionOf(document),
    handedOver: document.handedOver,
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
  };
}

/** The position alone of whatever has one. */
export function positionOf(from: Position): Position {
  const { state, reason, stepIndex, stepId, stage, dueAt, parkedOn, deferrals, doubts } = from;
  return { state, reason, stepIndex, stepId, stage, dueAt, parkedOn, deferrals, doubts };
}

/** No claim holds the sending. For a claim that may have made a call there is `unclaimedAnyway`. */
export const unclaimed = { attemptId: null, leaseUntil: null, calledBy: null, callingAt: null } as const;

/** For the pipeline of an update: no claim holds the sending, and a call that one has made is still to be settled. */
export const unclaimedAnyway = {
  ...unclaimed,
  // In a pipeline a field that is missing is less than `null`.
  calls: {
    $concatArrays: [
      "$calls",
      { $cond: [{ $gt: ["$callingAt", null] }, [{ attemptId: "$attemptId", at: "$callingAt" }], []] },
    ],
  },
} as const;

/** As `unclaimedAnyway`, for a sending that was read in the same transaction, or is guarded by its revision. */
export function withoutClaim({
  attemptId,
  callingAt,
  calls,
}: Pick<SendingDocument, "attemptId" | "callingAt" | "calls">): Partial<SendingDocument> {
  if (attemptId === null || typeof callingAt !== "number") return unclaimed;
  return { ...unclaimed, calls: [...calls, { attemptId, at: callingAt }] };
}

/** Of whoever names no time of their own `now`. */
export function noteEntries(notes: readonly Note[], now: Instant): NoteEntry[] {
  return notes.map(({ at = now, kind, stepId, reason, note }) => ({ at, kind, stepId, reason, said: note }));
}

export function executionOf({ _id, dueAt, revision, ...execution }: ExecutionDocument): Execution {
  return { id: _id, ...execution };
}
