import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { suggestion } from "../contracts/nearest.js";

const LEFT_OUT = "matches";
const known = new Set(
  new Environment({ enableOptionalTypes: true }).getDefinitions().functions.map(({ name }) => name),
);
known.delete(LEFT_OUT);

/** A function that an expression may not call. `start` is where its name stands in the source. */
export class FunctionProblem extends Error {
  override readonly name = "FunctionProblem";
  constructor(
    message: string,
    readonly hint: string | null,
    readonly start: number,
  ) {
    super(message);
  }
}

/**
 * Throws a `FunctionProblem` for the first call of a function that does not exist, or of `matches`: its engine backtracks, so that one
 * long value could hold up everybody. The type checker comes too late for this: it stumbles over the arguments of a misspelt macro first.
 */
export function refuseUnknownFunctions(node: unknown, source: string): void {
  if (Array.isArray(node)) {
    for (const child of node) refuseUnknownFunctions(child, source);
  }
  if (!isNode(node)) return;
  refuseUnknownFunctions(node.args, source);
  if (node.op === "call") refuse(node.args[0], node.start);
  if (node.op === "rcall") refuse(node.args[0], source.indexOf(node.args[0], node.args[1].end));
}

function refuse(name: string, start: number): void {
  if (known.has(name)) return;
  if (name === LEFT_OUT)
    throw new FunctionProblem("`matches` is left out", "Use startsWith, endsWith, contains or ==", start);
  throw new FunctionProblem(`There is no function \`${name}\``, suggestion(name, known), start);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value;
}
