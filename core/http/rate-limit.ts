import type { Clock } from "../contracts/clock.js";
import type { Duration, Instant } from "../contracts/model.js";

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

interface Window {
  readonly name: "minute" | "hour";
  readonly length: Duration;
  readonly limit: number;
  startedAt: Instant;
  used: number;
}

/** Counts calls per organization. A window begins with the first call after the last one ended. */
export function rateLimit({ perMinute, perHour }: RateLimits, clock: Clock): (organization: string) => Quota {
  const pools = new Map<string, [Window, Window]>();

  return (organization) => {
    const now = clock.now();
    const pool = pools.get(organization) ?? [
      { name: "minute", length: 60_000, limit: perMinute, startedAt: now, used: 0 },
      { name: "hour", length: 3_600_000, limit: perHour, startedAt: now, used: 0 },
    ];
    pools.set(organization, pool);
    for (const window of pool) renew(window, now);
    const full = pool.filter(({ used, limit }) => used >= limit);
    if (full.length === 0) for (const window of pool) window.used++;
    // Of two full windows the one that stays full longer decides; of two open ones the one that leaves less.
    const tighter =
      full.length > 0
        ? full.reduce((a, b) => (end(b) > end(a) ? b : a))
        : pool.reduce((a, b) => (left(b) < left(a) ? b : a));
    return quota(tighter, full.length > 0, now);
  };
}

function renew(window: Window, now: Instant): void {
  // A clock that was set back must not lock anybody out for longer than a window.
  if (now >= window.startedAt && now < window.startedAt + window.length) return;
  window.startedAt = now;
  window.used = 0;
}

function left({ limit, used }: Window): number {
  return limit - used;
}

function end({ startedAt, length }: Window): Instant {
  return startedAt + length;
}

function quota(window: Window, refused: boolean, now: Instant): Quota {
  const resetAt = end(window);
  const retryAfter = Math.max(1, Math.ceil((resetAt - now) / 1000));
  return {
    limit: window.limit,
    remaining: left(window),
    resetAt,
    refused: refused ? { window: window.name, retryAfter } : null,
  };
}
