import type { OptionIssue, OptionProblem } from "../contracts/plugin.js";
import { problemAt, type Problem } from "../config/problem.js";
import type { ConfiguredSource } from "../config/sources.js";
import type { Path } from "../config/yaml-file.js";

/** Shorter texts hide nothing and would blot out words. */
const SHORTEST = 4;

/** What a schema has against the options of a source, as problems of its check. */
export function issueProblems(issues: readonly OptionIssue[]): OptionProblem[] {
  return issues.map(({ message, path = [], hint = null, rule = "schema" }) => ({
    path: path.map(keyOf),
    message,
    hint,
    rule,
  }));
}

/** Problems with options, at their places in the source's file. */
export function optionProblems(problems: readonly OptionProblem[], source: ConfiguredSource): Problem[] {
  const { yaml, failed } = source;
  return problems.flatMap((problem) => {
    const path: Path = ["options", ...problem.path];
    if (failed.some((place) => place.every((key, index) => key === path[index]))) return [];
    const { rule = "schema", hint = null, line, column = 1 } = problem;
    const misplaced = rule === "unknown-key";
    const whole = misplaced ? yaml.keyAt(path) : yaml.at(path);
    const at = line === undefined ? whole : yaml.inside(path, { line, column });
    return [problemAt(yaml.file, at, rule, hidden(problem.message, source), hint && hidden(hint, source))];
  });
}

/** A plugin's words without the texts that came from the environment or from files. */
export function hidden(text: string, { brought }: ConfiguredSource): string {
  const secrets = brought.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}

/** A step of a path in Standard Schema: a key, or an object that has it. */
function keyOf(step: unknown): string | number {
  const key: unknown = typeof step === "object" && step !== null && "key" in step ? step.key : step;
  return typeof key === "number" ? key : String(key);
}
