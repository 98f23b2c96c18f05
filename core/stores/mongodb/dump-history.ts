import type { StoredSending } from "../../contracts/dump.js";
import type { AttemptEntry, HistoryEntry, NoteEntry } from "./documents.js";

type Attempts = StoredSending["attempts"];

/** What happened to a sending, apart: its notes as they stand, its attempts by id. */
export function apart(history: readonly HistoryEntry[]): Pick<StoredSending, "notes" | "attempts"> {
  const notes: StoredSending["notes"] = [];
  const attempts: Attempts = [];
  for (const entry of history) {
    if ("attemptId" in entry) attempts.push(attemptOf(entry, notes.length));
    else notes.push(noteOf(entry));
  }
  return { notes, attempts: attempts.sort((one, other) => (one.id < other.id ? -1 : 1)) };
}

/** Both in one list again: an attempt stands behind as many notes as came before it. */
export function together({ notes, attempts }: Pick<StoredSending, "notes" | "attempts">): HistoryEntry[] {
  const behind = new Map<number, AttemptEntry[]>();
  for (const attempt of attempts) {
    const place = Math.min(attempt.afterNotes, notes.length);
    behind.set(place, [...(behind.get(place) ?? []), entryOf(attempt)]);
  }
  const rest = notes.flatMap(({ note, ...fields }, index): HistoryEntry[] => [
    { ...fields, said: note },
    ...(behind.get(index + 1) ?? []),
  ]);
  return [...(behind.get(0) ?? []), ...rest];
}

function noteOf({ said, at, kind, stepId, reason }: NoteEntry): StoredSending["notes"][number] {
  return { at, kind, stepId, reason, note: said };
}

function attemptOf(entry: AttemptEntry, before: number): Attempts[number] {
  const { attemptId, said, ledBy, stepId, channel, state, providerId, claimedAt, callingAt, settledAt } = entry;
  const call = { id: attemptId, stepId, channel, state, reason: said, providerId, claimedAt, callingAt, settledAt };
  return { ...call, afterNotes: before + ledBy };
}

function entryOf({ id, reason, afterNotes: _place, ...call }: Attempts[number]): AttemptEntry {
  const open = call.state === "calling" ? { calling: call.callingAt } : {};
  return { attemptId: id, said: reason, ledBy: 0, ...call, ...open };
}
