import type { PhaseProfile } from "./profile/profiled.js";
import type { Shares } from "./profile/shares.js";
import type { JudgedRow, Verdict } from "./verdicts.js";

const most = 25;

/** The figures as lines of text. */
export function figureLines(judged: readonly JudgedRow[]): string[] {
  return judged.map(({ title, value, unit, verdicts }) =>
    [title.padEnd(42), shown(value).padStart(9), unit.padEnd(11), verdicts.map(verdictText).join("   ")]
      .join(" ")
      .trimEnd(),
  );
}

/** A profile as lines of text. */
export function profileLines({ phase, of, rooms, self, total }: PhaseProfile): string[] {
  return [
    ...shareLines(`${phase}: µs per ${of}, by room and package`, rooms),
    ...shareLines(`${phase}: µs per ${of}, by function, without what it calls`, self),
    ...shareLines(`${phase}: µs per ${of}, by function of ours, with what it calls`, total),
  ];
}

function shareLines(title: string, shares: Shares): string[] {
  return [
    "",
    title,
    ...shares.slice(0, most).map(([name, microseconds]) => `${microseconds.toFixed(1).padStart(8)}  ${name}`),
  ];
}

function verdictText({ value, target: { to, atLeast, below }, isMet }: Verdict): string {
  const ratio = to === undefined ? "" : `${value.toFixed(2)}× ${to} `;
  if (isMet === undefined) return ratio.trimEnd();
  const bound = atLeast === undefined ? `≤ ${shown(below ?? NaN)}` : `≥ ${shown(atLeast)}`;
  return `${ratio}${isMet ? "ok" : "MISSED"} (${bound})`;
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(value >= 10 ? 1 : 2);
}
