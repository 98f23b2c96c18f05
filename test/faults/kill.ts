import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Caller } from "./caller.js";
import { readLedger } from "./ledger.js";
import { judge, type Verdict } from "./oracle.js";
import { startProvider } from "./provider.js";
import { Random } from "./random.js";
import { done, openSendings } from "./rest.js";
import { ServerProcess } from "./server.js";
import { makeWorkspace } from "./workspace.js";

/** How long a server lives before it is killed, in milliseconds after it is ready. */
const life = { shortest: 20, longest: 400 };
/** What a process may lose by having been killed, beyond the time that the rest needs anyway. */
const mayLose = 5_000;
const callSize = 50;

export interface KillReport extends Verdict {
  kills: number;
  calls: number;
  contacts: number;
  messages: number;
  /** Milliseconds from start to ready, the slowest. */
  slowestReady: number;
  /** How many sendings had still to be done at the last ready, and the milliseconds from then to all done. */
  restHad: number;
  restTook: number;
  /** The milliseconds that as many sendings take the same process when nothing has happened to it. */
  controlTook: number;
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
    const controlTook = await undisturbed(callers, restHad, () => done(server.url, workspace.key));
    const code = await server.stop();
    const answered = callers.flatMap((caller) => caller.answered);
    const journal = provider.journal();
    const ledger = readLedger(workspace.database);
    const verdict = judge({ answered, journal, ledger });
    if (restTook > controlTook + mayLose)
      verdict.violations.push(`the rest took ${restTook} ms, undisturbed ${controlTook} ms`);
    if (code !== 0) verdict.violations.push(`the last stop ended with ${code}`);
    const [calls, contacts, messages] = [answered.length, ledger.contacts.size, journal.length];
    return { kills, calls, contacts, messages, slowestReady, restHad, restTook, controlTook, ...verdict };
  } finally {
    for (const caller of callers) caller.leave();
    await server.end();
    await provider.stop();
    await workspace.remove();
    await rm(folder, { recursive: true });
  }
}

async function undisturbed(callers: readonly Caller[], sendings: number, done: () => Promise<void>): Promise<number> {
  const from = performance.now();
  const share = Math.ceil(sendings / callers.length);
  await Promise.all(
    callers.map(async (caller) => {
      for (let left = share; left > 0; left -= callSize) await caller.call(Math.min(left, callSize));
    }),
  );
  await done();
  return performance.now() - from;
}
