import type { ASTNode } from "@marcbachmann/cel-js";
import { compiled } from "./compiled.js";
import { checkingEnvironment, evaluatingEnvironment, TIMESTAMP } from "./environments.js";
import { explained, type ExpressionProblem, type KnownNames } from "./explained.js";
import { refuseUnknownFunctions } from "./functions.js";
import { stepRoots, type ExpressionValues, type Moment } from "./roots.js";

export type { ExpressionProblem } from "./explained.js";
export type { ExpressionValues } from "./roots.js";

/** The conditions of steps: CEL over what a sending knows. */
export interface Expressions {
  /** Why `source` is no condition; `undefined` when it is one. It gives true or false, or a value whose type only a run can tell. */
  check(source: string): ExpressionProblem | undefined;
  /** Why `source` gives no point in time; where it does, whether it reads the entity. */
  checkTime(source: string): ExpressionProblem | { entity: boolean };
  /**
   * Throws when `source` is no CEL over the known names; their fields are not looked at. What it returns throws an `Error` with a
   * sentence when the values lack what the expression reads or do not fit its operators.
   */
  compile(source: string): (values: ExpressionValues) => unknown;
}

/** Expressions that may use the declared objects, `context` and the given `vars`. Regular expressions (`matches`) are left out. */
export function stepExpressions(vars: readonly string[]): Expressions {
  const checking = checkingEnvironment(vars);
  const evaluating = evaluatingEnvironment();
  const known = stepNames(vars);

  /** The type of what `source` gives, and what it is made of; or what is wrong with it. */
  function typed(source: string): { type: string; ast: ASTNode } | ExpressionProblem {
    try {
      const parsed = checking.parse(source);
      refuseUnknownFunctions(parsed.ast, source);
      const { error, type = "value without a type" } = parsed.check();
      return error ? explained(error, source, known) : { type, ast: parsed.ast };
    } catch (error) {
      return explained(error, source, known);
    }
  }

  return {
    check(source) {
      const found = typed(source);
      if ("message" in found) return found;
      return found.type === "bool" || found.type === "dyn" ? undefined : notACondition(found.type);
    },
    checkTime(source) {
      const found = typed(source);
      if ("message" in found) return found;
      return found.type === TIMESTAMP ? { entity: names(found.ast, "entity") } : notATime(found.type);
    },
    compile(source) {
      const run = compiled(evaluating, source, known);
      return (values) => run(bindings(values));
    },
  };
}

function notATime(type: string): ExpressionProblem {
  const message = `The expression gives a ${type}, not a time`;
  return { message, line: 1, column: 1, hint: "Make a time of it, as in timestamp(context.at)" };
}

/** Whether the variable stands anywhere in the expression. */
function names(node: unknown, variable: string): boolean {
  if (Array.isArray(node)) return node.some((child) => names(child, variable));
  if (typeof node !== "object" || node === null || !("op" in node) || !("args" in node)) return false;
  return node.op === "id" ? node.args === variable : names(node.args, variable);
}

function stepNames(vars: readonly string[]): KnownNames {
  const declared = Object.entries(stepRoots).map(([root, fields]) => [root, Object.keys(fields)] as const);
  return { roots: { ...Object.fromEntries(declared), context: null }, vars, texts: false };
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
  const { contact, sequence, sending, entity } = values;
  return {
    ...values,
    contact: { ...contact, createdAt: moment(contact.createdAt), updatedAt: moment(contact.updatedAt) },
    sequence: { ...sequence, version: BigInt(sequence.version) },
    sending: { ...sending, createdAt: moment(sending.createdAt) },
    entity: entity && { ...entity, startsAt: momentOrNull(entity.startsAt), endsAt: momentOrNull(entity.endsAt) },
  };
}

function momentOrNull(value: Moment | null): Date | null {
  return value === null ? null : moment(value);
}

function moment(value: Moment): Date {
  return new Date(value);
}
