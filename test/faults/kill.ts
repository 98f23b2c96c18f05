import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Caller } from "./caller.js";
import { readLedger } from "./ledger.js";
import { judge, type Verdict } from "./oracle.js";
import { startProvider } from "./provider.js";
import { Random } from "./random.js";
import { ServerProcess } from "./server.js";
import { makeWorkspace } from "./workspace.js";

/** How long a server lives before it is killed, in milliseconds after it is ready. */
const life = { shortest: 20, longest: 400 };
const doneWithin = 60_000;

export interface KillReport extends Verdict {
  kills: number;
  calls: number;
  contacts: number;
  messages: number;
  /** Milliseconds from start to ready, the slowest. */
  slowestReady: number;
  /** Milliseconds from the last ready to everything done. */
  restTook: number;
  /** How many sendings had still to be done at the last ready. */
  restHad: number;
}

/** Kills the real process `kills` times under load, lets it finish, and asks the oracle. */
export async function killLoop({ kills, seed }: { kills: number; seed: number }): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-kill-"));
  const random = new Random(seed);
  const provider = await startProvider(join(folder, "journal"));
  // A little slowness, so that kills fall into calls as well.
  await provider.behave({ seed, rules: [{ do: { do: "answer", status: 202, afterMs: 5 }, probability: 0.3 }] });
  const workspace = await makeWorkspace(provider.url);
  let server = await ServerProcess.start(workspace.config);
  let slowestReady = 0;
  const callers = [1, 2, 3, 4].map(
    (number) => new Caller(() => server.url, workspace.key, new Random(random.between(1, 2 ** 30)), `c${number}`),
  );
  const calling = Promise.all(callers.map((caller) => caller.run()));
  calling.catch(() => callers.forEach((caller) => caller.stop()));
  try {
    for (let kill = 0; kill < kills; kill++) {
      await pause(random.between(life.shortest, life.longest));
      await server.kill();
      server = await ServerProcess.start(workspace.config);
      slowestReady = Math.max(slowestReady, server.readyAfter);
    }
    for (const caller of callers) caller.stop();
    const readyAt = performance.now();
    const restHad = await openSendings(server.url, workspace.key);
    await calling;
    await done(server.url, workspace.key);
    const restTook = performance.now() - readyAt;
    const code = await server.stop();
    const answered = callers.flatMap((caller) => caller.answered);
    const journal = provider.journal();
    const ledger = readLedger(workspace.database);
    const verdict = judge({ answered, journal, ledger });
    if (code !== 0) verdict.violations.push(`the last stop ended with ${code}`);
    const [calls, contacts, messages] = [answered.length, ledger.contacts.size, journal.length];
    return { kills, calls, contacts, messages, slowestReady, restTook, restHad, ...verdict };
  } finally {
    for (const caller of callers) caller.stop();
    await server.end();
    await provider.stop();
    await workspace.remove();
    await rm(folder, { recursive: true });
  }
}

async function openSendings(url: string, key: string): Promise<number> {
  const counts = await Promise.all(
    ["pending", "scheduled", "sent"].map(async (status) => {
      const answer = await fetch(`${url}/api/v1/sendings?status=${status}&limit=1`, { headers: { "x-api-key": key } });
      return ((await answer.json()) as { meta: { total: number } }).meta.total;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function done(url: string, key: string): Promise<void> {
  const until = performance.now() + doneWithin;
  while ((await openSendings(url, key)) > 0) {
    if (performance.now() > until) return;
    await pause(50);
  }
}
