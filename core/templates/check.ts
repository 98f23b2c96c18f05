import { LiquidError, type Template, type Variable } from "liquidjs";
import { suggestion } from "../contracts/nearest.js";
import { engines, type TemplateKind } from "./engine.js";

/** What a name may be followed by: `true`, anything; else the fields there are. */
export type Fields = true | { readonly [name: string]: Fields };

/** Something wrong in a template; `line` and `column` count from 1. */
export interface TemplateProblem {
  rule: "template-syntax" | "unknown-tag" | "unknown-filter" | "unknown-variable" | "unknown-field";
  message: string;
  hint: string | null;
  line: number;
  column: number;
}

/** The first syntax error, or else every use of a name that is not among `roots` or not a field of what it follows. */
export function checkTemplate(
  source: string,
  kind: TemplateKind,
  roots: Readonly<Record<string, Fields>>,
): TemplateProblem[] {
  let templates: Template[];
  try {
    templates = engines[kind].parse(source);
  } catch (error) {
    return [syntaxProblem(error, kind)];
  }
  return globals(templates, kind)
    .flatMap((variable) => unknownName(variable, roots) ?? [])
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Whether a template reads the path anywhere. One that does not parse uses nothing. */
export function usesPath(source: string, kind: TemplateKind, path: readonly string[]): boolean {
  if (!path.every((name) => source.includes(name))) return false;
  let templates: Template[];
  try {
    templates = engines[kind].parse(source);
  } catch {
    return false;
  }
  return globals(templates, kind).some(({ segments }) => path.every((name, index) => segments[index] === name));
}

function globals(templates: Template[], kind: TemplateKind): Variable[] {
  return Object.values(engines[kind].analyzeSync(templates, { partials: false }).globals).flat();
}

function unknownName(
  { segments, location }: Variable,
  roots: Readonly<Record<string, Fields>>,
): TemplateProblem | undefined {
  const at = { line: location.row, column: location.col };
  let fields: Fields = roots;
  for (const [index, segment] of segments.entries()) {
    // What stands in brackets is known only when the template is filled in.
    if (fields === true || typeof segment === "object") return undefined;
    const name = String(segment);
    const next: Fields | undefined = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (next === undefined) {
      const hint = suggestion(name, Object.keys(fields));
      if (index === 0) return { rule: "unknown-variable", message: `There is no variable \`${name}\``, hint, ...at };
      return {
        rule: "unknown-field",
        message: `\`${segments.slice(0, index).join(".")}\` has no field \`${name}\``,
        hint,
        ...at,
      };
    }
    fields = next;
  }
  return undefined;
}

function syntaxProblem(error: unknown, kind: TemplateKind): TemplateProblem {
  if (!LiquidError.is(error)) {
    const message = error instanceof Error ? capital(error.message) : "The template cannot be read";
    return { rule: "template-syntax", message, hint: null, line: 1, column: 1 };
  }
  const [line, column] = error.token.getPosition() as [number, number];
  const reason = (error.originalError ?? error).message.replace(/, line:\d+, col:\d+$/, "");
  const [, tag] = /^tag "(.*)" not found$/.exec(reason) ?? [];
  if (tag !== undefined) {
    const hint = suggestion(tag, Object.keys(engines[kind].tags));
    return { rule: "unknown-tag", message: `There is no tag \`${tag}\``, hint, line, column };
  }
  const [, filter] = /^undefined filter: (.*)$/.exec(reason) ?? [];
  if (filter !== undefined) {
    const hint = suggestion(filter, Object.keys(engines[kind].filters));
    return { rule: "unknown-filter", message: `There is no filter \`${filter}\``, hint, line, column };
  }
  return { rule: "template-syntax", message: capital(reason), hint: null, line, column };
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
