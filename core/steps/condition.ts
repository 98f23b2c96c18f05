import type { RunnableStep, StepView } from "../contracts/step.js";
import type { ExpressionValues, Expressions } from "../expressions/expressions.js";

/** What went wrong, by the code of the CEL engine. Its own sentences may quote values of a person. */
const REASONS: Readonly<Record<string, string>> = {
  no_such_key: "a field that it reads is missing",
  no_such_overload: "an operator does not fit the values",
  no_matching_overload: "a function does not fit the values",
  index_out_of_range: "a list is too short",
  division_by_zero: "it divides by zero",
};

/** Whether the condition `when` holds for a sending. One that cannot be evaluated does not, and says why without naming a value. */
export function condition(
  when: string | null,
  expressions: Expressions,
  values: (view: StepView) => ExpressionValues,
): RunnableStep["applies"] {
  if (when === null) return () => true;
  let evaluate: (values: ExpressionValues) => unknown;
  try {
    evaluate = expressions.compile(when);
  } catch {
    return () => ({ skipped: "`when` cannot be read" });
  }
  return (view) => {
    try {
      const result = evaluate(values(view));
      if (result === true) return true;
      return { skipped: result === false ? "`when` is false" : "`when` gives neither true nor false" };
    } catch (error) {
      return { skipped: `\`when\` cannot be evaluated: ${reasonOf(error)}` };
    }
  };
}

/** Why an expression could not be evaluated, without any of the values. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? "it does not fit the values";
}

function codeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}
