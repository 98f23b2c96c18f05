import { isAbsolute, relative } from "node:path";

/** A place in a file; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** One thing that is wrong in a file. It never holds the value of a secret. `explain(rule)` says more. */
export interface Problem extends Position {
  file: string;
  rule: string;
  message: string;
  hint: string | null;
}

/** `file:line:column  message  (rule)`, and the hint on a line of its own. */
export function formatProblem({ file, line, column, message, rule, hint }: Problem): string {
  const text = `${file}:${line}:${column}  ${message}  (${rule})`;
  return hint === null ? text : `${text}\n  ${hint}`;
}

export function problemAt(
  file: string,
  at: Position,
  rule: string,
  message: string,
  hint: string | null = null,
): Problem {
  return { file, line: at.line, column: at.column, rule, message, hint };
}

/** By file, line and column; what two readers found alike is said once. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const once = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...once.values()].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message),
  );
}

/** How a path is shown: relative when it is below the working directory. */
export function shownPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === "" || below.startsWith("..") || isAbsolute(below) ? path : below;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
