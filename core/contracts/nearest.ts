/** The name that a misspelt one most likely meant: at most a third of its letters (at least one) away. `undefined` when none is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bound = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const away = distance(word.toLowerCase(), name.toLowerCase());
    if (away < bound) [best, bound] = [name, away];
  }
  return best;
}

/** A hint that says the nearest of `names`, else all of them when they are few. */
export function suggestion(word: string, names: Iterable<string>): string | null {
  const known = [...names];
  const near = nearest(word, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return known.length > 0 && known.length <= 14 ? `There is: ${known.join(", ")}` : null;
}

/** Letters inserted, removed and replaced, and neighbours swapped, to make `a` from `b`. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Infinity;
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          Number(above[column - 1]) + (same ? 0 : 1),
          Number(above[column]) + 1,
          Number(current[column - 1]) + 1,
          swapped ? Number(before[column - 2]) + 1 : Infinity,
        ),
      );
    }
    [before, above] = [above, current];
  }
  return above.at(-1) ?? 0;
}
