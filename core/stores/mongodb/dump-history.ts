import type { StoredSending } from "../../contracts/dump.js";
import type { HistoryEntry, NoteEntry, OutcomeEntry } from "./documents.js";

type Attempt = StoredSending["attempts"][number];

/** What happened to a sending, apart: its notes as they stand, its attempts by id. */
export function apart(history: readonly HistoryEntry[]): Pick<StoredSending, "notes" | "attempts"> {
  const notes: StoredSending["notes"] = [];
  const attempts = new Map<string, Attempt>();
  for (const entry of history) {
    if (entry.kind === "call") {
      const { attemptId: id, at: callingAt, stepId, channel, claimedAt } = entry;
      const call = { id, stepId, channel, claimedAt, callingAt, afterNotes: notes.length };
      attempts.set(id, { ...call, state: "calling", reason: null, providerId: null, settledAt: null });
    } else if (entry.kind === "outcome") {
      const call = attempts.get(entry.attemptId);
      if (call) attempts.set(entry.attemptId, settled(call, entry));
    } else notes.push(noteOf(entry));
  }
  return { notes, attempts: [...attempts.values()].sort((one, other) => (one.id < other.id ? -1 : 1)) };
}

/** Both in one list again: an attempt stands behind as many notes as came before it. */
export function together({ notes, attempts }: Pick<StoredSending, "notes" | "attempts">): HistoryEntry[] {
  const behind = (count: number) =>
    attempts.filter(({ afterNotes }) => Math.min(afterNotes, notes.length) === count).flatMap(entriesOf);
  return [
    ...behind(0),
    ...notes.flatMap(({ note, ...fields }, index) => [{ ...fields, said: note }, ...behind(index + 1)]),
  ];
}

function settled(call: Attempt, { at, outcome, said, providerId, ledBy }: OutcomeEntry): Attempt {
  const afterNotes = call.afterNotes + ledBy;
  return { ...call, state: outcome, reason: said, providerId, settledAt: at, afterNotes };
}

function noteOf({ said, at, kind, stepId, reason }: NoteEntry): StoredSending["notes"][number] {
  return { at, kind, stepId, reason, note: said };
}

function entriesOf(attempt: Attempt): HistoryEntry[] {
  const { id: attemptId, stepId, channel, claimedAt, callingAt, state, settledAt, reason, providerId } = attempt;
  const call = { kind: "call", at: callingAt, attemptId, stepId, channel, claimedAt } as const;
  if (state === "calling" || settledAt === null) return [call];
  return [call, { kind: "outcome", at: settledAt, attemptId, outcome: state, said: reason, providerId, ledBy: 0 }];
}
