import type { Duration, Instant } from "./model.js";

export interface RateLimits {
  perMinute: number;
  perHour: number;
}

/** Where an organization stands after a call, in the window that leaves it less. */
export interface Quota {
  limit: number;
  remaining: number;
  resetAt: Instant;
  /** Set when this call is over the limit. It was not counted. */
  refused: { window: "minute" | "hour"; retryAfter: number } | null;
}

/** Counts one call of an organization. A window begins with the first call after the last one ended. Never rejects. */
export type CountCall = (organization: string) => Quota | Promise<Quota>;

export interface Window {
  readonly name: "minute" | "hour";
  readonly length: Duration;
  readonly limit: number;
  startedAt: Instant;
  used: number;
}

export type Windows = readonly [Window, Window];

/** Both windows of an organization, begun now. */
export function newWindows({ perMinute, perHour }: RateLimits, now: Instant): Windows {
  return [
    { name: "minute", length: 60_000, limit: perMinute, startedAt: now, used: 0 },
    { name: "hour", length: 3_600_000, limit: perHour, startedAt: now, used: 0 },
  ];
}

/** What a call is told that was counted, or refused, by these windows. */
export function quotaOf(windows: Windows, isRefused: boolean, now: Instant): Quota {
  const full = windows.filter(isFull);
  // Of two full windows the one that stays full longer decides; of two open ones the one that leaves less.
  const tighter = isRefused
    ? full.reduce((a, b) => (end(b) > end(a) ? b : a))
    : windows.reduce((a, b) => (left(b) < left(a) ? b : a));
  const resetAt = end(tighter);
  const retryAfter = Math.max(1, Math.ceil((resetAt - now) / 1000));
  return {
    limit: tighter.limit,
    remaining: left(tighter),
    resetAt,
    refused: isRefused ? { window: tighter.name, retryAfter } : null,
  };
}

export function isFull({ used, limit }: Window): boolean {
  return used >= limit;
}

function left({ limit, used }: Window): number {
  return limit - used;
}

function end({ startedAt, length }: Window): Instant {
  return startedAt + length;
}
