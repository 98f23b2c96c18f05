import { setTimeout as pause } from "node:timers/promises";
import { Cluster, type ClusterReport } from "./cluster.js";
import type { Fault } from "./faults.js";

/** So long after a fault callers may go without an answer. */
const errorsEndWithin = 15_000;
const life = { shortest: 100, longest: 1_500 };

// A little slowness, so that faults fall into calls as well.
const slow = [{ do: { do: "answer", status: 202, afterMs: 30 }, probability: 0.3 }];

export interface RoundsReport extends ClusterReport {
  rounds: number;
  /** Milliseconds from a fault to the last try that was not answered, at most. */
  errorsEnded: number;
  /** The greatest that the faults have measured. */
  figures: Record<string, number>;
}

/** Lets `faults`, one after the other, befall a cluster under load `size` times in all. */
export function rounds(
  { size, seed, apart = [] }: { size: number; seed: number; apart?: readonly string[] },
  faults: readonly Fault[],
): Promise<RoundsReport> {
  return Cluster.report({ seed, apart }, async (cluster) => {
    await cluster.site.provider.behave({ seed, rules: slow });
    const figures: Record<string, number> = {};
    let errorsEnded = 0;
    for (let round = 0; round < size; round++) {
      await pause(cluster.random.between(life.shortest, life.longest));
      const from = performance.now();
      const measured = await faults[round % faults.length]?.(cluster);
      for (const [name, value] of Object.entries(measured ?? {})) figures[name] = Math.max(figures[name] ?? 0, value);
      const ended = await cluster.calm(from);
      cluster.expect(ended <= errorsEndWithin, `round ${round + 1}: callers missed answers for ${ended} ms`);
      errorsEnded = Math.max(errorsEnded, ended);
    }
    return { rounds: size, errorsEnded, figures };
  });
}
