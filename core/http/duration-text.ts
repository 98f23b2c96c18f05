import type { Duration } from "../contracts/model.js";

const UNITS: readonly (readonly [string, Duration])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
];

/** A length of time as a project's files write it, in the largest unit that fits: `60d`, `36h`, `90s`. */
export function durationText(duration: Duration): string {
  const fitting = UNITS.find(([, length]) => duration >= length && duration % length === 0);
  return fitting ? `${duration / fitting[1]}${fitting[0]}` : `${duration / 1000}s`;
}
