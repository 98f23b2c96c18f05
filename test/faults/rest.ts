import { setTimeout as pause } from "node:timers/promises";

const doneWithin = 60_000;

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

/** Resolves when nothing is left to be carried out, or after a minute: the oracle then tells what is. */
export async function done(url: string, key: string): Promise<void> {
  const until = performance.now() + doneWithin;
  while ((await openSendings(url, key)) > 0) {
    if (performance.now() > until) return;
    await pause(50);
  }
}
