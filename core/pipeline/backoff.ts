import type { Duration } from "../contracts/model.js";

const first = 1_000;
const longest = 15 * 60_000;
/** A channel rests for 64 seconds at most: all that it has to send waits for one call that asks. */
const mostDoublings = 6;

/** The wait before try number `tries` + 2: doubles from one second to a quarter of an hour, less up to half of it by `chance` (0 to 1). */
export function backoff(tries: number, chance: number): Duration {
  const full = Math.min(first * 2 ** Math.min(tries, 20), longest);
  return Math.round(full * (1 - chance / 2));
}

/** The wait of a whole channel whose provider is ill, or takes nothing and does not say until when: as `backoff`, but about a minute at most. */
export function channelBackoff(tries: number, chance: number): Duration {
  return backoff(Math.min(tries, mostDoublings), chance);
}
