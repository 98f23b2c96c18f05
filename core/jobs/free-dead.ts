import type { Instant } from "../contracts/model.js";
import type { Alarms } from "./backend.js";

/**
 * After the death of `holder`: first `takeUp` is told what it was at work on, then its locks are given up and its jobs run elsewhere. May
 * be done again, and by several at once: what is still locked is told again.
 */
export async function freeDead(
  alarms: Alarms,
  holder: string,
  now: Instant,
  takeUp: (held: readonly { name: string; id: string }[]) => Promise<void>,
): Promise<number> {
  await takeUp(await alarms.held(holder));
  return alarms.freeLocks(now, holder);
}
