import type { JsonObject } from "../contracts/model.js";
import type { StepProblem, StepReading, StepType } from "../contracts/step.js";
import type { Expressions } from "../expressions/expressions.js";
import { problemAt, type Problem } from "./problem.js";
import { plannedStepTypes, stepKeys } from "./sequence-schema.js";
import type { Template } from "./template-files.js";
import type { Path, YamlFile } from "./yaml-file.js";

/** What all sequences of a project are read with. */
export interface SequenceReading {
  readonly organization: string;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly expressions: Expressions;
  readonly templates: ReadonlyMap<string, Template>;
  readonly language: string;
  readonly vars: readonly string[];
}

/** What a step type made of what stands under its name. */
export interface StepSettings {
  type: string;
  settings: JsonObject;
}

/** Reads what the steps do, and when. Their keys are checked elsewhere: what is no step here is passed over. Settings in the order of steps. */
export function readSteps(
  yaml: YamlFile,
  reading: SequenceReading,
  step: StepReading,
): { settings: StepSettings[]; problems: Problem[] } {
  const steps = (yaml.value as { steps?: unknown } | null)?.steps;
  const settings: StepSettings[] = [];
  const problems: Problem[] = [];
  for (const [index, entry] of (Array.isArray(steps) ? steps : []).entries()) {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) continue;
    const at: Path = ["steps", index];
    const one = readStep(yaml, at, entry as Record<string, unknown>, reading, step);
    if (one.settings) settings.push(one.settings);
    problems.push(...one.problems, ...repeatedId(yaml, at, steps as unknown[], index));
  }
  return { settings, problems };
}

function readStep(
  yaml: YamlFile,
  at: Path,
  entry: Record<string, unknown>,
  reading: SequenceReading,
  step: StepReading,
): { settings?: StepSettings; problems: Problem[] } {
  const problems = conditionProblems(yaml, at, entry["when"], reading);
  const keys = Object.keys(entry);
  const name = keys.find((key) => reading.stepTypes.has(key));
  const type = name === undefined ? undefined : reading.stepTypes.get(name);
  if (name === undefined || type === undefined) {
    // Who misspelt the type, or took one that is planned, has been told so.
    if (!keys.every((key) => stepKeys.includes(key))) return { problems };
    const hint = `Give it one of ${[...reading.stepTypes.keys()].join(", ")}`;
    return { problems: [...problems, problemAt(yaml.file, yaml.at(at), "step-type", "This step does nothing", hint)] };
  }
  for (const other of keys) {
    if (other === name || !(reading.stepTypes.has(other) || plannedStepTypes.includes(other))) continue;
    const message = `A step does one thing: this one has \`${name}\` and \`${other}\``;
    problems.push(problemAt(yaml.file, yaml.keyAt([...at, other]), "step-type", message, "Make two steps of it"));
  }
  const value = entry[name];
  const read = type.read(value, step);
  if ("settings" in read) return { settings: { type: name, settings: read.settings }, problems };
  return {
    problems: [...problems, ...read.problems.map((problem) => placed(problem, yaml, [...at, name], value, reading))],
  };
}

function conditionProblems(yaml: YamlFile, at: Path, when: unknown, { expressions }: SequenceReading): Problem[] {
  const problem = typeof when === "string" && when !== "" ? expressions.check(when) : undefined;
  if (!problem) return [];
  return [problemAt(yaml.file, yaml.inside([...at, "when"], problem), "condition", problem.message, problem.hint)];
}

function repeatedId(yaml: YamlFile, at: Path, steps: readonly unknown[], index: number): Problem[] {
  const idOf = (entry: unknown) => (entry as { id?: unknown } | null)?.id;
  const id = idOf(steps[index]);
  const first = steps.findIndex((entry) => idOf(entry) === id);
  if (typeof id !== "string" || first === index) return [];
  const message = `The step \`${id}\` is already in line ${yaml.at(["steps", first, "id"]).line}`;
  return [problemAt(yaml.file, yaml.at([...at, "id"]), "repeated-id", message, "Give each step its own id")];
}

/** A problem with the path `template`, language, part stands in a file of the template that the step names. */
function placed(
  problem: StepProblem,
  yaml: YamlFile,
  at: Path,
  value: unknown,
  { templates }: SequenceReading,
): Problem {
  const { path, rule, message, hint, line = 1, column = 1 } = problem;
  const [key, language, part] = path;
  if (key === "template" && typeof language === "string") {
    const template = templates.get(String((value as { template?: unknown }).template));
    const place = template?.at(language, part as "subject" | "html" | "text", { line, column });
    return problemAt(place?.file ?? yaml.file, place ?? yaml.at([...at, "template"]), rule, message, hint);
  }
  const full = [...at, ...path];
  if (problem.line !== undefined) return problemAt(yaml.file, yaml.inside(full, { line, column }), rule, message, hint);
  const misplaced = rule === "unknown-key" || rule === "not-built";
  return problemAt(yaml.file, misplaced ? yaml.keyAt(full) : yaml.at(full), rule, message, hint);
}
