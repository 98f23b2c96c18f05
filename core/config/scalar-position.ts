import type { Scalar } from "yaml";
import type { Position } from "./problem.js";

/** The offset in `source` of a place in the text of a scalar. Where a line is folded it may be off by the white space of the fold. */
export function positionInScalar(node: Scalar, source: string, place: Position): number {
  const [start = 0, end = start] = node.range ?? [];
  const text = String(node.value);
  const target = offsetOf(text, place);
  switch (node.type) {
    case "BLOCK_LITERAL":
    case "BLOCK_FOLDED":
      return inBlock(node.type, source.slice(0, end), source.indexOf("\n", start) + 1, text, place);
    case "QUOTE_DOUBLE":
      return walk(source, start + 1, text, target, flow, ESCAPED);
    case "QUOTE_SINGLE":
      return walk(source, start + 1, text, target, flow, DOUBLED);
    default:
      return walk(source, start, text, target, flow);
  }
}

/** How a text goes on in the next line. */
interface Fold {
  pattern: RegExp;
  /** How many characters of the text a fold has become, `rest` being the text from there. */
  became(fold: string, rest: string): number;
}

/** Outside of blocks a line break is a space, and each further one is itself. */
const flow: Fold = {
  pattern: /[ \t]*(?:\r?\n[ \t]*)+/y,
  became: (fold) => Math.max(1, fold.split("\n").length - 2),
};

/** In a block some lines are not folded, and spaces before a line break stay. */
const block = (indent: number): Fold => ({
  pattern: new RegExp(`[ \\t]*(?:\\r?\\n {0,${indent}})+`, "y"),
  became: (_, rest) => /^(?:[ \t]*\n+| )/.exec(rest)?.[0].length ?? 1,
});

/** In double quotes a backslash stands for one character or, at the end of a line, for none. */
const JOIN = /\\\r?\n[ \t]*/y;
const ESCAPED = /\\(?:\r?\n[ \t]*|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^])/y;
const DOUBLED = /''/y;

function offsetOf(text: string, { line, column }: Position): number {
  const before = text.split("\n").slice(0, line - 1);
  return Math.min(
    before.reduce((sum, { length }) => sum + length + 1, column - 1),
    text.length,
  );
}

function inBlock(
  type: "BLOCK_LITERAL" | "BLOCK_FOLDED",
  source: string,
  body: number,
  text: string,
  place: Position,
): number {
  const lines = source.slice(body).split("\n");
  const indent = leading(lines) - leading(text.split("\n"));
  if (type === "BLOCK_LITERAL") {
    const before = lines.slice(0, place.line - 1).reduce((sum, { length }) => sum + length + 1, body);
    return Math.min(before + indent + place.column - 1, source.length);
  }
  const first = lines[0]?.trim() === "" ? body : body + indent;
  return walk(source, first, text, offsetOf(text, place), block(indent));
}

function leading(lines: string[]): number {
  return /^ */.exec(lines.find((line) => line.trim() !== "") ?? "")?.[0].length ?? 0;
}

/** Follows text and source side by side, from the start of both, until `target` characters of the text have passed. */
function walk(source: string, start: number, text: string, target: number, fold: Fold, special?: RegExp): number {
  let offset = start;
  let passed = 0;
  while (passed < target) {
    if (/[ \n]/.test(text.charAt(passed)) && matches(fold.pattern, source, offset)) {
      passed += fold.became(source.slice(offset, fold.pattern.lastIndex), text.slice(passed));
      offset = fold.pattern.lastIndex;
    } else if (special && matches(special, source, offset)) {
      passed += charactersOf(source.slice(offset, special.lastIndex));
      offset = special.lastIndex;
    } else {
      offset++;
      passed++;
    }
  }
  const joined = special === ESCAPED && matches(JOIN, source, offset) ? JOIN.lastIndex : offset;
  return Math.min(joined, source.length);
}

function matches(pattern: RegExp, source: string, offset: number): boolean {
  pattern.lastIndex = offset;
  return pattern.test(source);
}

function charactersOf(escape: string): number {
  if (/^\\\r?\n/.test(escape)) return 0;
  return escape.startsWith("\\U") ? String.fromCodePoint(parseInt(escape.slice(2), 16)).length : 1;
}
