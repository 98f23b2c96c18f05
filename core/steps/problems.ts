import type Joi from "joi";
import type { StepProblem } from "../contracts/step.js";
import { suggestion } from "../contracts/nearest.js";

export function problem(
  path: StepProblem["path"],
  rule: string,
  message: string,
  hint: string | null = null,
): StepProblem {
  return { path, rule, message, hint };
}

/**
 * Everything that `schema` has against `value`. A key that it does not know gets the name that was most likely meant, unless it is one
 * of `planned`.
 */
export function problemsOf(schema: Joi.ObjectSchema, value: unknown, planned: readonly string[] = []): StepProblem[] {
  const { error } = schema.validate(value, {
    abortEarly: false,
    convert: false,
    errors: { wrap: { label: "`", array: false } },
  });
  return (error?.details ?? []).map(({ path, type, message }) => {
    if (type === "object.unknown") return unknownKey(schema, path, planned);
    return problem(path, "schema", message, null);
  });
}

function unknownKey(schema: Joi.ObjectSchema, path: StepProblem["path"], planned: readonly string[]): StepProblem {
  const key = String(path.at(-1));
  if (planned.includes(key)) return problem(path, "not-built", `\`${key}\` is not built yet`);
  return problem(path, "unknown-key", `There is no setting \`${key}\``, suggestion(key, keysOf(schema)));
}

/** Schemas of steps are one level deep. */
function keysOf(schema: Joi.ObjectSchema): string[] {
  return Object.keys((schema.describe() as { keys?: object }).keys ?? {});
}
