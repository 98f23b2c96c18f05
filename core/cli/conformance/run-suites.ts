import { jobsSuite } from "../../contracts/suites/jobs.js";
import { clusterSuite, pipelineSuite, restartSuite } from "../../contracts/suites/pipeline.js";
import { storeSuite } from "../../contracts/suites/store.js";
import type { Test } from "../../contracts/suites/suite.js";
import type { Ground } from "./ground.js";

/** How one test ended. */
export interface Verdict {
  suite: SuiteName;
  name: string;
  passed: boolean;
  milliseconds: number;
  /** What was wrong; `null` when nothing was. */
  reason: string | null;
}

export const suiteNames = ["store", "jobs", "pipeline"] as const;
export type SuiteName = (typeof suiteNames)[number];

/** Runs the tests of these suites one after another. `halted` is asked before each; `tell` hears of each when it has ended. */
export async function runSuites(
  ground: Ground,
  suites: readonly SuiteName[],
  halted: () => boolean,
  tell: (verdict: Verdict) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { suite, name, body } of suites.flatMap((name) => testsOf(name, ground))) {
    if (halted()) break;
    const begun = performance.now();
    const reason = await body().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const verdict = {
      suite,
      name,
      passed: reason === null,
      milliseconds: Math.round(performance.now() - begun),
      reason,
    };
    verdicts.push(verdict);
    tell(verdict);
  }
  return verdicts;
}

interface Registered {
  suite: SuiteName;
  name: string;
  body(): Promise<void>;
}

function testsOf(suite: SuiteName, ground: Ground): Registered[] {
  const found: Registered[] = [];
  const test: Test = (name, body) => found.push({ suite, name, body });
  if (suite === "store") storeSuite(test, () => ground.store());
  if (suite === "jobs") jobsSuite(test, () => ground.schedulers());
  if (suite === "pipeline") {
    pipelineSuite(test, () => ground.servers());
    restartSuite(test, () => ground.servers());
    if (ground.isShared) clusterSuite(test, () => ground.servers());
  }
  return found;
}
