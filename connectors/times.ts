import type { Instant, Json } from "../core/contracts/model.js";
import { text } from "./field.js";

const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:?\d\d)$/i;
const mail = /^(?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|GMT|UT)$/i;

/** An ISO 8601 time that says its offset, as `2026-10-04T09:15:26+02:00`; digits beyond milliseconds are cut. `null` for all else. */
export function instant(value: Json | undefined): Instant | null {
  const [, seconds, fraction = "", zone] = iso.exec(text(value) ?? "") ?? [];
  if (seconds === undefined || zone === undefined) return null;
  return parsed(`${seconds}${fraction.slice(0, 4)}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`);
}

/** An ISO 8601 time that is UTC and may not say so, as `2026-10-04T09:15:26`. */
export function utc(value: Json | undefined): Instant | null {
  return instant(value) ?? instant(`${text(value) ?? ""}Z`);
}

/** Seconds since the Unix epoch. */
export function unixSeconds(value: Json | undefined): Instant | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value * 1000 : null;
}

/** RFC 2822, as `Sun, 04 Oct 2026 09:15:26 +0000`. */
export function mailDate(value: Json | undefined): Instant | null {
  const written = text(value) ?? "";
  return mail.test(written) ? parsed(written) : null;
}

function parsed(written: string): Instant | null {
  const time = Date.parse(written);
  return Number.isNaN(time) ? null : time;
}
