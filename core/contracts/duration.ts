import type { Duration } from "./model.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** Beyond a thousand years a duration is a slip, and dates made with it stop being dates. */
const LONGEST = 365_250 * DAY;

const SHORT = /^(?:(?<s>\d{1,9})s|(?<m>\d{1,9})m|(?<h>\d{1,9})h|(?<d>\d{1,9})d|(?<w>\d{1,9})w)$/;
const ISO =
  /^P(?!$)(?:(?<w>\d{1,9})W)?(?:(?<d>\d{1,9})D)?(?:T(?!$)(?:(?<h>\d{1,9})H)?(?:(?<m>\d{1,9})M)?(?:(?<s>\d{1,9})S)?)?$/;

/**
 * Reads `90s`, `30m`, `2h`, `3d`, `1w`, or an ISO 8601 duration without years and months (`P1DT12H`), as milliseconds; `undefined` for
 * everything else. A day is 24 hours, a week 7 days.
 */
export function parseDuration(text: string): Duration | undefined {
  const parts = (SHORT.exec(text) ?? ISO.exec(text))?.groups;
  if (!parts) return undefined;
  const of = (unit: string): number => Number(parts[unit] ?? 0);
  const duration = of("w") * WEEK + of("d") * DAY + of("h") * HOUR + of("m") * MINUTE + of("s") * SECOND;
  return duration <= LONGEST ? duration : undefined;
}

/** As `parseDuration`, with a `-` or a `+` before it where it goes back or forth. */
export function parseSignedDuration(text: string): Duration | undefined {
  const [, sign = "", length = ""] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const duration = parseDuration(length);
  return duration !== undefined && duration > 0 && sign === "-" ? -duration : duration;
}
