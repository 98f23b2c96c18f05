import { setTimeout as pause } from "node:timers/promises";
import { Cluster, type ClusterReport } from "./cluster.js";
import { note } from "./diary.js";
import { faults, type Kind } from "./faults.js";

/** So long after a fault callers may go without an answer. */
const errorsEndWithin = 15_000;
/** So long after callers are answered again everybody who was due by then has been written to. */
const servedWithin = 20_000;
const life = { shortest: 100, longest: 1_500 };

// A little slowness, so that faults fall into calls as well.
const slow = [{ do: { do: "answer", status: 202, afterMs: 30 }, probability: 0.3 }];

export interface BefallReport extends ClusterReport {
  rounds: number;
  /** Milliseconds from a fault to the last try that was not answered, at most; what the fault itself took from everybody is not counted. */
  errorsEnded: number;
  /** Milliseconds from then until everybody who was due had been written to, at most. */
  longestWait: number;
  /** The greatest that the faults have measured. */
  figures: Record<string, number>;
}

/** Lets faults of these kinds, one after the other, befall a cluster under load `size` times in all. */
export function befall(kinds: readonly Kind[], { size, seed }: { size: number; seed: number }): Promise<BefallReport> {
  const apart = kinds.includes("cut") ? ["api-1", "worker-1"] : [];
  return Cluster.report({ seed, apart }, async (cluster) => {
    await cluster.site.provider.behave({ seed, rules: slow });
    const figures: Record<string, number> = {};
    let [errorsEnded, longestWait] = [0, 0];
    for (let round = 0; round < size && !cluster.isOver; round++) {
      const kind = kinds[round % kinds.length] ?? "killed";
      await pause(cluster.random.between(life.shortest, life.longest));
      const from = performance.now();
      const { outage = 0, ...measured } = await faults[kind](cluster);
      for (const [name, value] of Object.entries(measured)) figures[name] = Math.max(figures[name] ?? 0, value);
      const ended = Math.max(0, (await cluster.calm(from)) - outage);
      cluster.expect(ended <= errorsEndWithin, `round ${round + 1}, ${kind}: callers missed answers for ${ended} ms`);
      errorsEnded = Math.max(errorsEnded, ended);
      const waited = await cluster.untilServed();
      cluster.expect(waited <= servedWithin, `round ${round + 1}, ${kind}: people waited for ${waited} ms after it`);
      longestWait = Math.max(longestWait, waited);
      note(`round ${round + 1}, ${kind}: ${JSON.stringify({ ...measured, outage, ended, waited })}`);
    }
    return { rounds: size, errorsEnded, longestWait, figures };
  });
}
