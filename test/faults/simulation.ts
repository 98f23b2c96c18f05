import { Random } from "./random.js";
import { simulate } from "./simulation/simulate.js";
import type { Weather } from "./simulation/storm.js";

export interface SimulationReport {
  violations: string[];
  runs: number;
  runsPerSecond: number;
  crashes: number;
  stops: number;
  calls: number;
  sendings: number;
  messages: number;
  doubts: number;
  /** Messages beyond one per sending and step: allowed where a step, or a person, tries again in doubt. */
  doubles: number;
  /** Points at which a process may die, and those of them at which none did. */
  points: number;
  neverDiedAt: string[];
}

const minute = 60_000;

/** Simulates so many worlds, of the seeds from `seed` on. */
export async function simulation({ size, seed }: { size: number; seed: number }): Promise<SimulationReport> {
  const report = { violations: [] as string[], runs: size, crashes: 0, stops: 0, calls: 0, sendings: 0, messages: 0 };
  const more = { doubts: 0, doubles: 0 };
  const passed = new Set<string>();
  const diedAt = new Set<string>();
  const from = performance.now();
  for (let run = seed; run < seed + size; run++) {
    const { violations, crashes, stops, testimony, ...points } = await simulate(run, weatherOf(run));
    for (const violation of violations) report.violations.push(`seed ${run}: ${violation}`);
    report.crashes += crashes;
    report.stops += stops;
    report.calls += testimony.calls.length;
    report.sendings += testimony.sendings.length;
    const taken = testimony.journal.filter((call) => call.taken);
    report.messages += taken.length;
    more.doubles += taken.length - new Set(taken.map(({ sendingId, stepId }) => `${sendingId} ${stepId}`)).size;
    for (const { attempts } of testimony.sendings)
      more.doubts += [...attempts.values()].filter(({ outcome }) => outcome === "uncertain").length;
    for (const point of points.passed) passed.add(point);
    for (const point of points.diedAt) diedAt.add(point);
  }
  const runsPerSecond = (1_000 * size) / (performance.now() - from);
  const neverDiedAt = [...passed].filter((point) => !diedAt.has(point));
  return { ...report, ...more, runsPerSecond, points: passed.size, neverDiedAt };
}

/** Some worlds are calm, and some are not. */
export function weatherOf(seed: number): Weather {
  const random = new Random(seed ^ 0x5eed);
  const one = <T>(...choices: T[]): T => choices[random.between(0, choices.length - 1)]!;
  return {
    trouble: one(0, 0.1, 0.3, 0.6),
    outage: one(0, 0, 0.01, 0.05),
    acts: random.between(3, 14),
    turns: random.between(100, 700),
    life: one(0, 10, 40, 150),
    jumps: one(0, 0, 0, 0.02),
    furthest: one(minute, 60 * minute, 400 * 24 * 60 * minute),
    dawdling: 5 * minute,
    meddling: true,
  };
}
