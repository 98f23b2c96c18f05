import { setTimeout as pause } from "node:timers/promises";

const doneWithin = 60_000;

/** How many sendings a server has still to carry out. Rejects while it cannot say. */
export async function openSendings(url: string, key: string): Promise<number> {
  const counts = await Promise.all(
    ["pending", "scheduled", "sent"].map(async (status) => {
      const answer = await fetch(`${url}/api/v1/sendings?status=${status}&limit=1`, { headers: { "x-api-key": key } });
      return ((await answer.json()) as { meta: { total: number } }).meta.total;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Resolves when nothing is left to be carried out, or after a minute: the oracle then tells what is. */
export async function done(url: string, key: string): Promise<void> {
  const until = performance.now() + doneWithin;
  while ((await openSendings(url, key)) > 0) {
    if (performance.now() > until) return;
    await pause(50);
  }
}
