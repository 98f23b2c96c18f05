import { setTimeout as pause } from "node:timers/promises";

/** So long without progress, and what is left is left. */
const stuckAfter = 60_000;

const ended = ["completed", "held", "failed", "cancelled"];

/**
 * How many sendings a server has still to carry out; too many rather than too few while it works. Rejects while it cannot say. Those that
 * have ended are counted first, and then all: one that moves between `pending` and `scheduled` may be in neither list when it is asked for.
 */
export async function openSendings(url: string, key: string): Promise<number> {
  const total = async (filter: string): Promise<number> => {
    const answer = await fetch(`${url}/api/v1/sendings?limit=1${filter}`, { headers: { "x-api-key": key } });
    return ((await answer.json()) as { meta: { total: number } }).meta.total;
  };
  const counts = await Promise.all(ended.map((status) => total(`&status=${status}`)));
  return counts.reduce((left, count) => left - count, await total(""));
}

/** Resolves when nothing is left to be carried out, or when a minute brings no progress: the oracle then tells what is. */
export async function done(url: string, key: string): Promise<void> {
  let least = Infinity;
  for (let until = Infinity; performance.now() < until; await pause(50)) {
    const open = await openSendings(url, key);
    if (open === 0) return;
    if (open < least) [least, until] = [open, performance.now() + stuckAfter];
  }
}
