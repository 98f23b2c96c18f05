import { compiled } from "./compiled.js";
import { checkingEnvironment, evaluatingEnvironment } from "./environments.js";
import { explained, type ExpressionProblem, type KnownNames } from "./explained.js";
import { refuseUnknownFunctions } from "./functions.js";
import { stepRoots, type ExpressionValues, type Moment } from "./roots.js";

export type { ExpressionProblem } from "./explained.js";
export type { ExpressionValues } from "./roots.js";

/** The conditions of steps: CEL over what a sending knows. */
export interface Expressions {
  /** Why `source` is no condition; `undefined` when it is one. It gives true or false, or a value whose type only a run can tell. */
  check(source: string): ExpressionProblem | undefined;
  /**
   * Throws when `source` is no CEL over the known names; their fields are not looked at. What it returns throws an `Error` with a
   * sentence when the values lack what the expression reads or do not fit its operators.
   */
  compile(source: string): (values: ExpressionValues) => unknown;
}

/** Conditions that may use the declared objects, `context`, `entity` and the given `vars`. Regular expressions (`matches`) are left out. */
export function stepExpressions(vars: readonly string[]): Expressions {
  const checking = checkingEnvironment(vars);
  const evaluating = evaluatingEnvironment();
  const names = stepNames(vars);

  return {
    check(source) {
      try {
        const parsed = checking.parse(source);
        refuseUnknownFunctions(parsed.ast, source);
        const { error, type } = parsed.check();
        if (error) return explained(error, source, names);
        return type === "bool" || type === "dyn" ? undefined : notACondition(type ?? "value without a type");
      } catch (error) {
        return explained(error, source, names);
      }
    },
    compile(source) {
      const run = compiled(evaluating, source, names);
      return (values) => run(bindings(values));
    },
  };
}

function stepNames(vars: readonly string[]): KnownNames {
  const declared = Object.entries(stepRoots).map(([root, fields]) => [root, Object.keys(fields)] as const);
  return { roots: { ...Object.fromEntries(declared), context: null, entity: null }, vars, texts: false };
}

function notACondition(type: string): ExpressionProblem {
  return {
    message: `The condition gives a ${type}, not true or false`,
    line: 1,
    column: 1,
    hint: "Compare it with something, as in … == …",
  };
}

/** CEL has types for times and whole numbers that JSON has not. */
function bindings(values: ExpressionValues): Record<string, unknown> {
  const { contact, sequence, sending } = values;
  return {
    ...values,
    contact: { ...contact, createdAt: moment(contact.createdAt), updatedAt: moment(contact.updatedAt) },
    sequence: { ...sequence, version: BigInt(sequence.version) },
    sending: { ...sending, createdAt: moment(sending.createdAt) },
  };
}

function moment(value: Moment): Date {
  return new Date(value);
}
