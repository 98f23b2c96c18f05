import { drivingSuite } from "./jobs-driving.js";
import type { Check, Schedulers } from "./jobs-parts.js";
import { ringingSuite } from "./jobs-ringing.js";
import { withSubject, type Subject, type Test } from "./suite.js";

/** What every scheduler must hold to. `close` of a subject stops what it opened and the test left running. */
export function jobsSuite(test: Test, make: () => Promise<Subject<Schedulers>>): void {
  const check: Check = (name, body) => void test(name, () => withSubject(make, body));
  ringingSuite(check);
  drivingSuite(check);
}
