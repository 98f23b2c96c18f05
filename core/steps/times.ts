import type { StepView, Times } from "../contracts/step.js";
import type { ExpressionValues, Expressions } from "../expressions/expressions.js";
import { reasonOf } from "./condition.js";

/** The end of the year 9999: with an offset it is still a date. */
const LATEST = Date.UTC(10_000, 0) - 1;

/** Evaluates the expressions of waits. What cannot be evaluated gives no time, and says why without naming a value. */
export function timesOf(expressions: Expressions, values: (view: StepView) => ExpressionValues): Times {
  return (source) => {
    let evaluate: (values: ExpressionValues) => unknown;
    try {
      evaluate = expressions.compile(source);
    } catch {
      return () => ({ none: "`until` cannot be read" });
    }
    return (view) => {
      try {
        const result = evaluate(values(view));
        const at = result instanceof Date ? result.getTime() : Number.NaN;
        return Math.abs(at) <= LATEST ? at : { none: "`until` gives no time" };
      } catch (error) {
        return { none: `\`until\` cannot be evaluated: ${reasonOf(error)}` };
      }
    };
  };
}
