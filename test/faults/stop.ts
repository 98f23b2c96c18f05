import { setTimeout as pause } from "node:timers/promises";
import { readLedger } from "./ledger.js";
import { Siege, type SiegeReport } from "./siege.js";

const life = { shortest: 100, longest: 600 };
const stoppedWithin = 10_000;
const endedWithin = 1_000;
/** Two signals that are closer are one Ctrl-C. */
const betweenSignals = 350;
const mostSignals = 3;
/** Who has done all there is to do when the second signal comes ends as after one. */
const lastWords = 250;

const slow = [{ do: { do: "answer", status: 202, afterMs: 1_000 }, probability: 0.02 }];
const hanging = [{ do: "hang", probability: 0.01 }];

export interface StopReport extends SiegeReport {
  stops: number;
  /** Milliseconds from the signal to the end: with a provider that is slow, with one that hangs, and with a second signal. */
  slowestStop: { slow: number; hanging: number; insisted: number };
  /** Calls that nobody knows the end of: with a provider that is slow, none. */
  doubts: { slow: number; hanging: number; insisted: number };
}

type Manner = keyof StopReport["slowestStop"];

/** Stops the program `size` times under load in each manner, and starts it again. */
export async function stop({ size, seed }: { size: number; seed: number }): Promise<StopReport> {
  return Siege.report({ seed }, async (siege) => {
    const slowestStop = { slow: 0, hanging: 0, insisted: 0 };
    const doubts = { slow: 0, hanging: 0, insisted: 0 };
    let known = 0;
    for (const manner of ["slow", "hanging", "insisted"] as const) {
      await siege.provider.behave({ seed, rules: manner === "slow" ? slow : hanging });
      for (let round = 0; round < size; round++) {
        slowestStop[manner] = Math.max(slowestStop[manner], await stopped(siege, manner));
        await siege.restart();
      }
      // What a process that was cut off has left in doubt, the next one has written down before it was ready.
      const uncertain = doubted(siege);
      [doubts[manner], known] = [uncertain - known, uncertain];
    }
    siege.expect(doubts.slow === 0, `${doubts.slow} calls of a slow provider ended uncertain`);
    await siege.provider.behave({ seed, rules: [] });
    return { stops: 3 * size, slowestStop, doubts };
  });
}

/** One life and one end. Answers the milliseconds that the end took. */
async function stopped(siege: Siege, manner: Manner): Promise<number> {
  const { server, workspace, random } = siege;
  const expect = (holds: boolean, sentence: string): void => siege.expect(holds, sentence);
  await pause(random.between(life.shortest, life.longest));
  const from = performance.now();
  server.signal("SIGTERM");
  const waited = manner === "insisted" ? betweenSignals * (await insist(server)) : 0;
  const code = await server.ended();
  const took = performance.now() - from;
  if (manner === "insisted") {
    expect(code === 130 || (code === 0 && took < waited + lastWords), `a second SIGTERM ended with ${code}`);
    expect(took < waited + endedWithin, `a second SIGTERM took ${took} ms`);
    return took;
  }
  expect(code === 0, `SIGTERM, provider ${manner}: ended with ${code}`);
  expect(took < stoppedWithin, `SIGTERM, provider ${manner}: took ${took} ms`);
  const { attempts, lockedJobs, sendings } = readLedger(workspace.database);
  const calling = attempts.filter(({ state }) => state === "calling").length;
  const leased = sendings.filter(({ lease_until }) => lease_until !== null).length;
  expect(calling === 0, `SIGTERM, provider ${manner}: ${calling} calls without an end`);
  expect(leased === 0, `SIGTERM, provider ${manner}: ${leased} sendings still claimed`);
  expect(lockedJobs === 0, `SIGTERM, provider ${manner}: ${lockedJobs} jobs still locked`);
  return took;
}

/** A first signal that a busy process hears late makes the second one look like its echo: whoever insists tries again. Answers how often. */
async function insist(server: Siege["server"]): Promise<number> {
  for (let signals = 1; ; signals++) {
    const end = await Promise.race([server.ended(), pause(betweenSignals, "lives")]);
    if (end !== "lives" || signals > mostSignals) return signals;
    server.signal("SIGTERM");
  }
}

function doubted({ workspace }: Siege): number {
  return readLedger(workspace.database).attempts.filter(({ state }) => state === "uncertain").length;
}
