import { type ASTNode, EvaluationError, ParseError, TypeError as WrongType } from "@marcbachmann/cel-js";
import { FunctionProblem } from "./functions.js";
import { suggestion } from "../contracts/nearest.js";

/** What is wrong with an expression: `line` and `column` count from 1 inside its text. */
export interface ExpressionProblem {
  message: string;
  line: number;
  column: number;
  hint: string | null;
}

/** What an expression may name, for suggestions. */
export interface KnownNames {
  /** Each root in the order of listing, with its fields; `null` where nothing is known of them. */
  readonly roots: Readonly<Record<string, readonly string[] | null>>;
  readonly vars: readonly string[];
  /** Whether people write plain text where an expression belongs. */
  readonly texts: boolean;
}

/**
 * Says what a failed parse, check or evaluation of `source` means, with the nearest known name where a name is unknown. Nothing that is
 * not written in `source` is quoted: values may be personal.
 */
export function explained(error: unknown, source: string, names: KnownNames): ExpressionProblem {
  if (error instanceof FunctionProblem)
    return { message: error.message, ...position(source, error.start), hint: error.hint };
  if (!(error instanceof ParseError || error instanceof WrongType || error instanceof EvaluationError)) {
    return { message: "The expression cannot be evaluated with these values", ...position(source, 0), hint: null };
  }
  return { ...words(error, source, names), ...position(source, error.range?.start ?? 0) };
}

type CelError = ParseError | WrongType | EvaluationError;
type Words = Pick<ExpressionProblem, "message" | "hint">;

function words(error: CelError, source: string, names: KnownNames): Words {
  const node = error.node as ASTNode | undefined;
  switch (error.code) {
    case "unknown_variable":
      return unknownName(node?.op === "id" ? node.args : "", names);
    case "no_such_key":
      return unknownField(error, node, source, names);
    case "no_matching_overload":
      return {
        message: `${error.summary.replace(/^found no matching overload for '(.*)'$/, "$1")} is not defined`,
        hint: null,
      };
    case "no_such_overload":
      return wrongOperands(error.summary);
    case "invalid_duration":
      return { message: "duration(…) is given a text that is none", hint: "Write 90s, 30m or 2h" };
    case "bool_conversion_error":
      return { message: "bool(…) is given a text that is neither true nor false", hint: null };
    case "numeric_overflow":
      return { message: "The number is too large for CEL", hint: null };
    case "unexpected_character":
      return { message: sentence(error), hint: "Conditions are CEL: ==, !=, &&, ||, ! and 'text' in quotes" };
    default:
      return { message: sentence(error), hint: null };
  }
}

function unknownName(name: string, { roots, texts }: KnownNames): Words {
  const known = [...Object.keys(roots), "vars"];
  const hint = suggestion(name, known);
  const text = texts && !hint?.startsWith("Did") ? `; a text is written "'${name}'"` : "";
  return { message: `Nothing is called \`${name}\` here`, hint: hint && `${hint}${text}` };
}

function unknownField(error: CelError, node: ASTNode | undefined, source: string, names: KnownNames): Words {
  const field = error.summary.replace("No such key: ", "");
  const object = node?.op === "." || node?.op === "[]" ? node.args[0] : undefined;
  const root = object?.op === "id" ? object.args : undefined;
  if (root === "vars") {
    const hint = suggestion(field, names.vars) ?? "Define it under `vars` in the server's configuration";
    return { message: `There is no variable \`vars.${field}\``, hint };
  }
  const fields = new Map(Object.entries(names.roots)).get(root ?? "") ?? [];
  if (root === undefined || fields.length === 0 || fields.includes(field)) {
    // The key of `event[event.email]` is a value.
    if (!source.includes(field)) return { message: "There is no such field or entry here", hint: null };
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
