import type { Duration } from "../../core/contracts/model.js";
import { Random } from "./random.js";
import { simulate } from "./simulation/simulate.js";
import { tardiness } from "./simulation/waits.js";

export interface ClockReport {
  violations: string[];
  runs: number;
  jumps: number;
  /** Days that the clock was put forward or back at once, the most. */
  farthest: number;
  sendings: number;
  messages: number;
  crashes: number;
}

const day = 24 * 60 * 60_000;
const furthest: Duration = 400 * day;

/**
 * So many worlds in which somebody plays with the clock, also while calls are under way. Nothing else goes wrong in them, but for a
 * process that dies in every other one: what has to wait is to be explained by the clock alone.
 */
export async function clock({ size, seed }: { size: number; seed: number }): Promise<ClockReport> {
  const report = {
    violations: [] as string[],
    runs: size,
    jumps: 0,
    farthest: 0,
    sendings: 0,
    messages: 0,
    crashes: 0,
  };
  for (let run = seed; run < seed + size; run++) {
    const random = new Random(run ^ 0xc10c);
    const { violations, testimony, calmAt, crashes } = await simulate(run, {
      trouble: 0,
      outage: 0,
      acts: random.between(2, 8),
      turns: random.between(200, 900),
      life: run % 2 === 0 ? 0 : 120,
      jumps: random.between(1, 10) / 100,
      furthest,
      dawdling: 0,
      meddling: false,
    });
    if (crashes === 0) violations.push(...tardiness(testimony, calmAt));
    for (const violation of violations) report.violations.push(`seed ${run}: ${violation}`);
    const { jumps } = testimony.time;
    report.jumps += jumps.length;
    report.farthest = Math.max(report.farthest, ...jumps.map((by) => Math.abs(by) / day));
    report.sendings += testimony.sendings.length;
    report.messages += testimony.journal.length;
    report.crashes += crashes;
  }
  return report;
}
