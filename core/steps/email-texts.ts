import type { StepProblem, StepReading, TemplateFile } from "../contracts/step.js";
import { nearest } from "../contracts/nearest.js";
import { checkTemplate } from "../templates/check.js";
import { problem } from "./problems.js";
import { templateRoots } from "./template-roots.js";

/** The language of texts that stand in the step itself: undetermined (ISO 639-2). */
const INLINE = "und";

/** The Liquid of one mail in one language. A missing text part is made from the HTML. */
export type EmailTexts = { subject: string; html: string | null; text: string | null };

/** Where a step's texts come from: they stand in it, or in a template that it names. */
export interface TextsFile {
  subject?: string;
  text?: string;
  html?: string;
  template?: string;
}

/**
 * The checked texts of a mail by language. Problems inside a file of a template have the path `template`, language and `subject`, `html`
 * or `text`.
 */
export function emailTexts(
  file: TextsFile,
  reading: StepReading,
): { languages: Record<string, EmailTexts> } | { problems: StepProblem[] } {
  const read = file.template === undefined ? inlineTexts(file) : templateTexts(file, file.template, reading);
  if ("problems" in read) return read;
  const roots = templateRoots(reading.vars);
  const problems = Object.entries(read.languages).flatMap(([language, texts]) => {
    const path = file.template === undefined ? [] : ["template", language];
    return (["subject", "html", "text"] as const).flatMap((kind) =>
      checkTemplate(texts[kind] ?? "", kind, roots).map((found) => ({ ...found, path: [...path, kind] })),
    );
  });
  return problems.length > 0 ? { problems } : read;
}

function inlineTexts({ subject, text, html }: TextsFile): ReturnType<typeof emailTexts> {
  const problems: StepProblem[] = [];
  const required = (what: string): StepProblem => problem([], "schema", `${what} is required`, "Or name a `template`");
  if (subject === undefined) problems.push(required("`subject`"));
  if (text === undefined && html === undefined) problems.push(required("`text` or `html`"));
  if (subject === undefined || problems.length > 0) return { problems };
  return { languages: { [INLINE]: { subject, html: html ?? null, text: text ?? null } } };
}

function templateTexts(file: TextsFile, name: string, reading: StepReading): ReturnType<typeof emailTexts> {
  const inline = (["subject", "text", "html"] as const).filter((key) => file[key] !== undefined);
  if (inline.length > 0) return { problems: inline.map(excluded) };
  const files = Object.entries(reading.template(name) ?? {});
  if (files.length === 0) return { problems: [unknownTemplate(name, reading.templates)] };
  const problems = files.flatMap(([language, parts]) => missingParts(name, language, parts));
  if (problems.length > 0) return { problems };
  const texts = files.map(([language, parts]) => [language, { ...parts, subject: parts.subject ?? "" }] as const);
  return { languages: Object.fromEntries(texts) };
}

function excluded(key: string): StepProblem {
  return problem([key], "schema", `\`${key}\` and \`template\` exclude each other`, "Remove one of them");
}

function missingParts(name: string, language: string, { subject, html, text }: TemplateFile): StepProblem[] {
  const path = ["template", language];
  const problems: StepProblem[] = [];
  if (subject === null) {
    const hint = "Begin its file with `---`, `subject: …` and `---`, each on its own line";
    problems.push(problem([...path, "subject"], "schema", `The template ${name} has no subject in ${language}`, hint));
  }
  if (`${html ?? ""}${text ?? ""}`.trim() === "") {
    const part = html === null ? "text" : "html";
    problems.push(problem([...path, part], "schema", `The template ${name} is empty in ${language}`));
  }
  return problems;
}

function unknownTemplate(name: string, known: readonly string[]): StepProblem {
  const near = nearest(name, known);
  const hint = near === undefined ? `It would be templates/${name}.en.html` : `Did you mean \`${near}\`?`;
  return problem(["template"], "unknown-template", `There is no template ${name}`, hint);
}
