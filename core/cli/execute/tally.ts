import { table } from "../table.js";
import type { Outcome } from "./answers.js";
import type { Row } from "./contact-fields.js";

const SHOWN = 10;

/** The sum of a run. `left` names the places of those that were not queued, never the people. */
export interface Tally {
  sequence: string;
  dryRun: boolean;
  contacts: number;
  calls: number;
  /** Calls that an earlier run had made already. */
  repeatedCalls: number;
  statuses: Record<string, number>;
  executionIds: string[];
  left: { place: string; status: string; reason: string | null }[];
}

/** Nothing yet. */
export function newTally(sequence: string, dryRun: boolean): Tally {
  return { sequence, dryRun, contacts: 0, calls: 0, repeatedCalls: 0, statuses: {}, executionIds: [], left: [] };
}

/** Adds one answered call. */
export function count(tally: Tally, rows: readonly Row[], outcomes: readonly Outcome[]): void {
  tally.calls += 1;
  tally.contacts += rows.length;
  outcomes.forEach(({ status, reason }, index) => {
    tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
    if (status !== "queued") tally.left.push({ place: rows[index]!.place, status, reason });
  });
}

/** The sum for people. */
export function tallyText(tally: Tally): string {
  const statuses = Object.entries(tally.statuses).map(([status, people]) => ({ status, people }));
  const lines = [
    `${number(tally.contacts, "contact")} in ${number(tally.calls, "call")}${tally.dryRun ? ", dry run: nothing was written" : ""}`,
    table(statuses, [
      { title: "status", of: ({ status }) => status },
      { title: "contacts", of: ({ people }) => people },
    ]),
  ];
  if (tally.repeatedCalls > 0) lines.push(`${number(tally.repeatedCalls, "call")} had been made by an earlier run and changed nothing now.`);
  lines.push(...tally.left.slice(0, SHOWN).map(({ place, status, reason }) => `${place}: ${status}${reason ? ` (${reason})` : ""}`));
  if (tally.left.length > SHOWN) lines.push(`and ${tally.left.length - SHOWN} more; --json lists all of them`);
  return lines.join("\n");
}

function number(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
