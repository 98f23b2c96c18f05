import Joi from "joi";
import { join } from "node:path";
import type { TemplateFile } from "../contracts/step.js";
import { problemAt, type Position, type Problem } from "./problem.js";
import { checked } from "./schema.js";
import { namesIn, readSource, type SourceFile } from "./source-files.js";
import { readYaml, type YamlFile } from "./yaml-file.js";

/** The texts of one template by language, and where a place in one of them stands. */
export interface Template {
  readonly languages: Readonly<Record<string, TemplateFile>>;
  /** `undefined` for a part that the template does not have. */
  at(language: string, part: keyof TemplateFile, place: Position): (Position & { file: string }) | undefined;
}

const NAME = /^([a-z0-9][a-z0-9_-]*)\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.(html|txt)$/;
const FRONT_MATTER = /^---[ \t]*\r?\n((?:[^]*?\r?\n)?)---[ \t]*(?:\r?\n|$)/;

const frontMatter: Joi.ObjectSchema<{ subject?: string }> = Joi.object({ subject: Joi.string() });

/** Reads `templates/<name>.<language>.html` and `.txt`. `problems` are those of the files themselves; their Liquid is read by the steps. */
export async function readTemplates(
  project: string,
): Promise<{ templates: Map<string, Template>; problems: Problem[] }> {
  const folder = join(project, "templates");
  const problems: Problem[] = [];
  const parts: Part[] = [];
  for (const name of (await namesIn(folder)).files) {
    const { source, problems: unread } = await readSource(folder, name);
    const read = source ? part(source) : { problems: [] };
    problems.push(...unread, ...read.problems);
    if (read.part) parts.push(read.part);
  }
  const templates = new Map<string, Template>();
  for (const name of new Set(parts.map(({ template }) => template))) {
    const own = parts.filter(({ template }) => template === name);
    problems.push(...subjectProblems(own));
    templates.set(name, templateOf(own));
  }
  return { templates, problems };
}

/** One file of a template. */
interface Part {
  file: string;
  template: string;
  language: string;
  kind: "html" | "text";
  /** The front matter; `undefined` when there is none. */
  yaml: YamlFile | undefined;
  subject: string | null;
  body: string;
  /** The line that the body begins in. */
  firstLine: number;
}

function part({ file, name, text }: SourceFile): { part?: Part; problems: Problem[] } {
  const [, template, language, ending] = NAME.exec(name) ?? [];
  if (template === undefined || language === undefined) {
    const hint = "Name it <template>.<language>.html or .txt, as tips.en.html";
    return { problems: [problemAt(file, { line: 1, column: 1 }, "file-name", "This is no name of a template", hint)] };
  }
  const [whole = "", head] = FRONT_MATTER.exec(text) ?? [];
  const { yaml, subject, problems } = head === undefined ? withoutFrontMatter(file, text) : readFrontMatter(file, head);
  const kind = ending === "html" ? "html" : "text";
  const firstLine = whole.split("\n").length;
  return {
    part: { file, template, language, kind, yaml, subject, body: text.slice(whole.length), firstLine },
    problems,
  };
}

interface Head {
  yaml: YamlFile | undefined;
  subject: string | null;
  problems: Problem[];
}

function withoutFrontMatter(file: string, text: string): Head {
  if (!/^---[ \t]*\r?\n/.test(text)) return { yaml: undefined, subject: null, problems: [] };
  const problem = problemAt(
    file,
    { line: 1, column: 1 },
    "front-matter",
    "The front matter has no end",
    "End it with a line ---",
  );
  return { yaml: undefined, subject: "", problems: [problem] };
}

/** Where the front matter is wrong the subject is taken to be there, so that nobody asks for it as well. */
function readFrontMatter(file: string, head: string): Head {
  const { yaml, problems } = readYaml(file, head, 2);
  if (!yaml) return { yaml, subject: "", problems };
  const { value, problems: wrong } = checked(frontMatter, { ...yaml, value: yaml.value ?? {} });
  return { yaml, subject: value ? (value.subject ?? null) : "", problems: [...problems, ...wrong] };
}

function subjectProblems(parts: readonly Part[]): Problem[] {
  return parts.flatMap(({ file, language, kind, yaml, subject }) => {
    const html = parts.some((other) => other.language === language && other.kind === "html");
    if (kind === "html" || !html || !subject || !yaml) return [];
    return [
      problemAt(file, yaml.keyAt(["subject"]), "subject", "The subject is taken from the HTML file", "Remove it here"),
    ];
  });
}

function templateOf(parts: readonly Part[]): Template {
  const find = (language: string, kind: Part["kind"]) =>
    parts.find((part) => part.language === language && part.kind === kind);
  const languages = [...new Set(parts.map(({ language }) => language))].map((language) => {
    const html = find(language, "html");
    const text = find(language, "text");
    return [
      language,
      { subject: (html ?? text)?.subject ?? null, html: html?.body ?? null, text: text?.body ?? null },
    ] as const;
  });
  return {
    languages: Object.fromEntries(languages),
    at(language, kind, place) {
      const part = kind === "subject" ? (find(language, "html") ?? find(language, "text")) : find(language, kind);
      if (!part) return undefined;
      if (kind !== "subject") return { file: part.file, line: part.firstLine - 1 + place.line, column: place.column };
      return { file: part.file, ...(part.yaml?.inside(["subject"], place) ?? { line: 1, column: 1 }) };
    },
  };
}
