import type { Clock } from "../contracts/clock.js";
import type { Instant } from "../contracts/model.js";
import {
  isFull,
  newWindows,
  quotaOf,
  type Quota,
  type RateLimits,
  type Window,
  type Windows,
} from "../contracts/quotas.js";

/** Counts calls per organization, in this process. */
export function rateLimit(limits: RateLimits, clock: Clock): (organization: string) => Quota {
  const pools = new Map<string, Windows>();

  return (organization) => {
    const now = clock.now();
    const pool = pools.get(organization) ?? newWindows(limits, now);
    pools.set(organization, pool);
    for (const window of pool) renew(window, now);
    const isRefused = pool.some(isFull);
    if (!isRefused) for (const window of pool) window.used++;
    return quotaOf(pool, isRefused, now);
  };
}

function renew(window: Window, now: Instant): void {
  // A clock that was set back must not lock anybody out for longer than a window.
  if (now >= window.startedAt && now < window.startedAt + window.length) return;
  window.startedAt = now;
  window.used = 0;
}
