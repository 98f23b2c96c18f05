import { scenarios } from "./nth-failure/scenarios.js";
import { Stage } from "./nth-failure/stage.js";
import { fates, type Fate } from "./simulation/provider.js";
import { away, type World } from "./simulation/world.js";

export interface NthFailureReport {
  violations: string[];
  scenarios: number;
  runs: number;
  /** Failures that were met, one a run. */
  failures: number;
  /** The operations that have failed. */
  points: string[];
}

/** What fails, and what the caller sees. In SQLite an operation that failed has done nothing; elsewhere its answer may get lost. */
const failures = {
  "store, before its effect": (nth: Nth, world: World) => outside(nth, world, "store", false),
  "store, after its effect": (nth: Nth, world: World) => outside(nth, world, "store", true),
  "scheduler, before its effect": (nth: Nth, world: World) => outside(nth, world, "scheduler", false),
  "scheduler, after its effect": (nth: Nth, world: World) => outside(nth, world, "scheduler", true),
  "channel throws, nothing sent": (nth: Nth, world: World) => inside(nth, world, fates.defect(false)),
  "channel throws, sent": (nth: Nth, world: World) => inside(nth, world, fates.defect(true)),
  "channel hangs, nothing sent": (nth: Nth, world: World) => inside(nth, world, fates.hanging(false)),
  "channel hangs, sent": (nth: Nth, world: World) => inside(nth, world, fates.hanging(true)),
};

/** More than any scenario has: one that does not come to an end is told. */
const most = 2_000;

/**
 * Plays each scenario with the first operation failing, then with the second, and so on until there is none left to fail. With a stride
 * only every so many-th fails, each time from another one on.
 */
export async function nthFailure({ stride = 1 }: { stride?: number } = {}): Promise<NthFailureReport> {
  const points = new Set<string>();
  const report = { violations: [] as string[], scenarios: Object.keys(scenarios).length, runs: 0, failures: 0 };
  for (const [scenario, play] of Object.entries(scenarios)) {
    for (const [failure, arrange] of Object.entries(failures)) {
      for (let n = 1 + (report.runs % stride); ; n += stride) {
        const nth = new Nth(n);
        const violations = await Stage.play(play, (world) => arrange(nth, world));
        report.runs++;
        for (const violation of violations)
          report.violations.push(`${scenario}; ${failure}; n = ${n} (${nth.met}): ${violation}`);
        if (nth.met === null) break;
        if (n > most) throw new Error(`${scenario} does not come to an end`);
        report.failures++;
        points.add(nth.met);
      }
    }
  }
  return { ...report, points: [...points].sort() };
}

/** Counts to `n`. */
class Nth {
  /** What was the n-th. */
  met: string | null = null;
  private count = 0;

  constructor(private readonly n: number) {}

  isNow(point: string): boolean {
    if (++this.count !== this.n) return false;
    this.met = point;
    return true;
  }
}

function outside(nth: Nth, world: World, part: "store" | "scheduler", isDone: boolean): void {
  world.meddle = async (point, effect) => {
    if (!point.startsWith(`${part}.`) || !nth.isNow(point)) return effect();
    if (isDone) await effect();
    throw away();
  };
}

function inside(nth: Nth, world: World, instead: Fate): void {
  world.provider.bend = (fate) => (nth.isNow("channel.send") ? instead : fate);
}
