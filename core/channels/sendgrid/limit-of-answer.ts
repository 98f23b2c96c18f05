import type { Limit } from "../../contracts/channel.js";
import type { Instant } from "../../contracts/model.js";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** What is looked at of an answer. Names of headers in lower case. */
interface Head {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * What an answer says of SendGrid's rate limit, if anything: its headers stand on any answer, or on none. A reset is taken to be between
 * a second and an hour away. A 429 takes nothing more, whatever else it says; a proxy may have given it, with `Retry-After`.
 */
export function limitOfAnswer({ status, headers }: Head, now: Instant): Limit | undefined {
  const told = headers["x-ratelimit-remaining"];
  if (told === undefined && status !== 429) return undefined;
  const reset = seconds(firstOf(headers["x-ratelimit-reset"]));
  const at = reset ?? (status === 429 ? after(firstOf(headers["retry-after"]), now) : undefined);
  if (at === undefined) return status === 429 ? { remaining: 0 } : undefined;
  const resetAt = Math.min(Math.max(at, now + SECOND), now + HOUR);
  if (status === 429) return { remaining: 0, resetAt };
  const remaining = whole(firstOf(told));
  return remaining === undefined ? undefined : { remaining, resetAt };
}

/** The first value of a header, without space around it; none when it is empty. */
export function firstOf(value: string | string[] | undefined): string | undefined {
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text === "" ? undefined : text;
}

function after(value: string | undefined, now: Instant): Instant | undefined {
  const delay = seconds(value);
  if (delay !== undefined) return now + delay;
  const date = Date.parse(value ?? "");
  return Number.isNaN(date) ? undefined : date;
}

/** As SendGrid counts: an epoch second, or a number of them. */
function seconds(value: string | undefined): number | undefined {
  const count = whole(value);
  return count === undefined ? undefined : count * SECOND;
}

function whole(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
