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
  left: Outcome[];
}

/** Nothing yet. */
export function newTally(sequence: string, dryRun: boolean): Tally {
  return { sequence, dryRun, contacts: 0, calls: 0, repeatedCalls: 0, statuses: {}, executionIds: [], left: [] };
}

/** Adds one answered call. */
export function count(tally: Tally, outcomes: readonly Outcome[]): void {
  tally.calls += 1;
  tally.contacts += outcomes.length;
  for (const outcome of outcomes) {
    tally.statuses[outcome.status] = (tally.statuses[outcome.status] ?? 0) + 1;
    if (outcome.status !== "queued") tally.left.push(outcome);
  }
}

/** Calls do not keep the order of the file where an address stands in it twice; what is told does. */
export function inOrder(tally: Tally, rows: readonly Row[]): void {
  const order = new Map(rows.map(({ place }, index) => [place, index]));
  tally.left.sort((a, b) => (order.get(a.place) ?? 0) - (order.get(b.place) ?? 0));
}

/** The sum for people. */
export function tallyText(tally: Tally): string {
  const statuses = Object.entries(tally.statuses).map(([status, people]) => ({ status, people }));
  const sum = `${number(tally.contacts, "contact")} in ${number(tally.calls, "call")}`;
  const lines = [
    tally.dryRun ? `${sum}, dry run: nothing was written` : sum,
    table(statuses, [
      { title: "status", of: ({ status }) => status },
      { title: "contacts", of: ({ people }) => people },
    ]),
  ];
  if (tally.repeatedCalls > 0) {
    lines.push(`${number(tally.repeatedCalls, "call")} had been made by an earlier run and changed nothing now.`);
  }
  for (const { place, status, reason } of tally.left.slice(0, SHOWN)) {
    lines.push(reason === null ? `${place}: ${status}` : `${place}: ${status} (${reason})`);
  }
  if (tally.left.length > SHOWN) lines.push(`and ${tally.left.length - SHOWN} more; --json lists all of them`);
  return lines.join("\n");
}

function number(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
