import type { TimelineEntry } from "../../../../core/contracts/model.js";
import { compare, type KeptSending } from "./tables.js";

/** An entry with what puts those of one time in the order of their causes. */
export interface Placed {
  entry: TimelineEntry;
  sendingId: string;
  number: number;
  part: number;
}

/** Oldest first, `created` before all others. */
export function timelineOf(sending: KeptSending): Placed[] {
  const [created, ...rest] = entriesOf(sending);
  return created ? [created, ...rest.sort(byCause)] : [];
}

export function byCause(a: Placed, b: Placed): number {
  return (
    a.entry.at - b.entry.at ||
    compare(a.sendingId, b.sendingId) ||
    a.number - b.number ||
    compare(a.entry.attemptId ?? "", b.entry.attemptId ?? "") ||
    a.part - b.part
  );
}

function entriesOf({ row, notes, attempts }: KeptSending): Placed[] {
  const sendingId = row.id;
  const nothing = { stepId: null, attemptId: null, outcome: null, reason: null, providerId: null, note: null };
  const placed: Placed[] = [
    { entry: { ...nothing, at: row.createdAt, kind: "created" }, sendingId, number: 0, part: 0 },
  ];
  for (const [index, note] of notes.entries())
    placed.push({ entry: { ...nothing, ...note }, sendingId, number: index + 1, part: 0 });
  for (const { row: attempt, after: number } of attempts.values()) {
    const { id: attemptId, stepId, claimedAt, callingAt, settledAt, state, reason, providerId } = attempt;
    const of = { ...nothing, stepId, attemptId };
    placed.push({ entry: { ...of, at: claimedAt, kind: "claimed" }, sendingId, number, part: 1 });
    placed.push({ entry: { ...of, at: callingAt, kind: "calling" }, sendingId, number, part: 2 });
    if (settledAt === null || state === "calling") continue;
    const end = { ...of, at: settledAt, kind: "settled" as const, outcome: state, reason, providerId };
    placed.push({ entry: end, sendingId, number, part: 3 });
  }
  return placed;
}
