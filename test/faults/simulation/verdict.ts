import { promiseViolations } from "./promises.js";
import { restlessness, silence } from "./silence.js";
import { needlessDoubts, stepViolations } from "./steps.js";
import type { Testimony } from "./testimony.js";
import { haste } from "./waits.js";

export { needlessDoubts, restlessness };

/**
 * What must hold at every moment, also between two lives. I1 no loss, I2 one sending, I3 order, I4 bounded duplicates, I5 no silent
 * state; and that the ledger says what the provider saw.
 */
export function violationsOf(testimony: Testimony): string[] {
  return [
    ...promiseViolations(testimony),
    ...testimony.sendings.flatMap(stepViolations),
    ...haste(testimony),
    ...silence(testimony),
  ];
}
