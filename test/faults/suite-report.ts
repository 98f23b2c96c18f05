/** What every suite answers: sentences about what did not hold, and figures. */
export interface SuiteReport {
  violations: string[];
}
