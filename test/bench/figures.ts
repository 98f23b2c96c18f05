/** What was measured, by name: `furrow.batch.mails`. Units are those of the row that shows it. */
export type Figures = Record<string, number>;

/** The median of each figure over several runs. */
export function medians(runs: readonly Figures[]): Figures {
  const names = new Set(runs.flatMap((run) => Object.keys(run)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      percentile(
        runs.flatMap((run) => run[name] ?? []),
        50,
      ),
    ]),
  );
}

/** The smallest of `values` that at least `percent` of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (found === undefined) throw new Error("Nothing was measured");
  return found;
}

/** The same figures under longer names. */
export function under(prefix: string, figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}.${name}`, value]));
}
