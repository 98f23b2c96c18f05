import type { Figures } from "./figures.js";
import type { Row, Target } from "./row.js";
import { rows } from "./rows.js";

/** A figure beside one of its targets. `isMet` is missing where a ratio is only shown. */
export interface Verdict {
  value: number;
  target: Target;
  isMet?: boolean;
}

export interface JudgedRow extends Row {
  value: number;
  verdicts: Verdict[];
}

/** The rows that were measured. A ratio to something that was not measured is left out. */
export function judged(figures: Figures): JudgedRow[] {
  return rows.flatMap((row) => {
    const value = figures[row.figure];
    if (value === undefined) return [];
    const verdicts = (row.targets ?? []).flatMap((target) => verdictOn(value, target, figures) ?? []);
    return [{ ...row, value, verdicts }];
  });
}

function verdictOn(figure: number, target: Target, figures: Figures): Verdict | undefined {
  const { to, atLeast, below } = target;
  const base = to === undefined ? 1 : figures[to];
  if (base === undefined) return undefined;
  const value = figure / base;
  if (atLeast === undefined && below === undefined) return { value, target };
  return { value, target, isMet: value >= (atLeast ?? -Infinity) && value <= (below ?? Infinity) };
}
