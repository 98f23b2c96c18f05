import { eventsSuite } from "./pipeline-events.js";
import { executionsSuite, lastingSuite } from "./pipeline-executions.js";
import { checksOf, type Servers } from "./pipeline-parts.js";
import { togetherSuite } from "./pipeline-together.js";
import type { Subject, Test } from "./suite.js";

/**
 * What every server must hold to, whatever store it stands on: from a call or a webhook to the messages that come of it. `make` answers
 * servers of `pipelineProject` over an empty store each time; `close` of a subject stops those that still run.
 */
export function pipelineSuite(test: Test, make: () => Promise<Subject<Servers>>): void {
  const check = checksOf(test, make);
  executionsSuite(check);
  eventsSuite(check);
}

/** As {@link pipelineSuite}, for stores that outlive the process: what one server has accepted the next one carries out. */
export function restartSuite(test: Test, make: () => Promise<Subject<Servers>>): void {
  lastingSuite(checksOf(test, make));
}

/** As {@link pipelineSuite}, for stores that several servers share. */
export function clusterSuite(test: Test, make: () => Promise<Subject<Servers>>): void {
  togetherSuite(checksOf(test, make));
}
