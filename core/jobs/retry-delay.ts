import { StoreUnavailable } from "../contracts/errors.js";
import type { Duration } from "../contracts/model.js";

const first = 1_000;
const longest = 5 * 60_000;

/**
 * How long a job that threw waits for its next try, `attempt` counting from 1: doubling from one second up to five minutes, a tenth more
 * or less by `chance` (in [0, 1)), without end. A store that is away is asked again each second.
 */
export function retryDelay(attempt: number, error: Error, chance: number): Duration {
  if (error instanceof StoreUnavailable) return first;
  const delay = Math.min(first * 2 ** Math.min(attempt - 1, 30), longest);
  return Math.round(delay * (0.9 + 0.2 * chance));
}
