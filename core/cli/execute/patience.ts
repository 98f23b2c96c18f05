import type { Answer } from "./client.js";

/** Attempts in a row that may fail before a run gives up: about a minute with the waits between them. */
const ATTEMPTS = 10;
const SHORTEST = 250;
const LONGEST = 10_000;

/**
 * How long to wait, in milliseconds, before an ask is made again; `undefined` when asking again is no use. `failures` counts those in a
 * row, this one included; `chance` is in [0, 1). A rate limit that names its end is waited for however often it comes.
 */
export function waitAfter(answer: Answer, failures: number, chance: number): number | undefined {
  if (!passing(answer)) return undefined;
  const said = answer.status === null ? null : answer.retryAfter;
  if (answer.status === 429 && said !== null) return said;
  if (failures >= ATTEMPTS) return undefined;
  const backoff = Math.min(LONGEST, SHORTEST * 2 ** (failures - 1));
  return Math.max(said ?? 0, Math.round(backoff * (0.5 + chance / 2)));
}

/** Whether the same ask may be answered otherwise a little later. Every ask is idempotent, so that an unknown outcome may be asked again. */
export function passing({ status }: Pick<Answer, "status">): boolean {
  return status === null || status === 408 || status === 429 || status >= 500;
}
