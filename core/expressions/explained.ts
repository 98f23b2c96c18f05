import { type ASTNode, EvaluationError, ParseError, TypeError as WrongType } from "@marcbachmann/cel-js";
import { FunctionProblem } from "./functions.js";
import { suggestion } from "../contracts/nearest.js";
import { stepRoots } from "./roots.js";

/** What is wrong with an expression: `line` and `column` count from 1 inside its text. */
export interface ExpressionProblem {
  message: string;
  line: number;
  column: number;
  hint: string | null;
}

/** Says what a failed parse, check or evaluation of `source` means, with the nearest known name where a name is unknown. */
export function explained(error: unknown, source: string, vars: readonly string[]): ExpressionProblem {
  if (error instanceof FunctionProblem)
    return { message: error.message, ...position(source, error.start), hint: error.hint };
  if (!(error instanceof ParseError || error instanceof WrongType || error instanceof EvaluationError)) {
    return { message: "The expression cannot be evaluated with these values", ...position(source, 0), hint: null };
  }
  return { ...words(error, vars), ...position(source, error.range?.start ?? 0) };
}

type CelError = ParseError | WrongType | EvaluationError;
type Words = Pick<ExpressionProblem, "message" | "hint">;

function words(error: CelError, vars: readonly string[]): Words {
  const node = error.node as ASTNode | undefined;
  switch (error.code) {
    case "unknown_variable":
      return unknownName(node?.op === "id" ? node.args : "");
    case "no_such_key":
      return unknownField(error, node, vars);
    case "no_matching_overload":
      return {
        message: `${error.summary.replace(/^found no matching overload for '(.*)'$/, "$1")} is not defined`,
        hint: null,
      };
    case "no_such_overload":
      return wrongOperands(error.summary);
    case "unexpected_character":
      return { message: sentence(error), hint: "Conditions are CEL: ==, !=, &&, ||, ! and 'text' in quotes" };
    default:
      return { message: sentence(error), hint: null };
  }
}

function unknownName(name: string): Words {
  return {
    message: `Nothing is called \`${name}\` here`,
    hint: suggestion(name, [...Object.keys(stepRoots), "context", "vars"]),
  };
}

function unknownField(error: CelError, node: ASTNode | undefined, vars: readonly string[]): Words {
  const field = error.summary.replace("No such key: ", "");
  const object = node?.op === "." || node?.op === "[]" ? node.args[0] : undefined;
  const root = object?.op === "id" ? object.args : undefined;
  if (root === "vars") {
    const hint = suggestion(field, vars) ?? "Define it under `vars` in the server's configuration";
    return { message: `There is no variable \`vars.${field}\``, hint };
  }
  const fields: string[] =
    root !== undefined && root in stepRoots ? Object.keys(stepRoots[root as keyof typeof stepRoots]) : [];
  if (root === undefined || fields.length === 0 || fields.includes(field)) {
    return { message: `There is no \`${field}\` here`, hint: optionalAccess(field) };
  }
  return { message: `\`${root}\` has no field \`${field}\``, hint: suggestion(field, fields) };
}

function optionalAccess(field: string): string {
  return `\`.?${field}.orValue(…)\` reads what may be missing`;
}

function wrongOperands(summary: string): Words {
  const binary = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary.replace(/dyn<(\w+)>/g, "$1"));
  if (!binary)
    return { message: summary.replace("no such overload: ", "The operator is not defined for "), hint: null };
  const [, left, operator, right] = binary;
  return {
    message: `\`${operator}\` does not go between ${left} and ${right}`,
    hint: "Convert one side: string(…), double(…), timestamp(…)",
  };
}

function sentence(error: CelError): string {
  if (error.summary === "Unexpected token: EOF") return "The expression ends too early";
  return error.summary
    .replaceAll("EOF", "the end")
    .replaceAll("RPAREN", ")")
    .replaceAll("RBRACKET", "]")
    .replaceAll("RBRACE", "}");
}

function position(source: string, start: number): { line: number; column: number } {
  const before = source.slice(0, start);
  return { line: before.split("\n").length, column: start - before.lastIndexOf("\n") };
}
