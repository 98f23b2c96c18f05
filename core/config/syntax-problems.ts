import type { Document, YAMLError } from "yaml";
import type { Problem } from "./problem.js";

type Report = (offset: number, rule: string, message: string, hint: string | null) => Problem;

/** The parser's own words may quote the file, and the file may hold a secret: only these sentences leave this module. */
const SENTENCES: Readonly<Record<string, readonly [rule: string, message: string, hint: string | null]>> = {
  TAB_AS_INDENT: ["yaml-tab", "A tab cannot indent", "Use spaces"],
  BAD_INDENT: [
    "yaml-syntax",
    "The indentation does not fit what is above, or a bracket is not closed",
    "Keys of one map begin in the same column",
  ],
  MISSING_CHAR: [
    "yaml-syntax",
    "A colon, quote, comma or closing bracket is missing",
    "A key is followed by a colon and a space",
  ],
  BLOCK_AS_IMPLICIT_KEY: ["yaml-syntax", "A key cannot stand here", "Quote a text that contains a colon and a space"],
  MULTILINE_IMPLICIT_KEY: ["yaml-syntax", "A key cannot span lines", "Quote a text that contains a colon"],
  BAD_SCALAR_START: ["yaml-syntax", "A text cannot begin with this character", "Put the text in quotes"],
  BAD_DQ_ESCAPE: [
    "yaml-syntax",
    "This backslash means nothing in double quotes",
    "Use single quotes, or double the backslash",
  ],
  UNEXPECTED_TOKEN: ["yaml-syntax", "This does not belong here", "Put a text with special characters in quotes"],
  NON_STRING_KEY: ["yaml-syntax", "A key must be text", null],
  TAG_RESOLVE_FAILED: ["yaml-tag", "Tags are not used here", "Put a text that begins with ! in quotes"],
  BAD_ALIAS: ["yaml-alias", "This alias names no anchor", "Put a text that begins with * or & in quotes"],
  MULTIPLE_DOCS: [
    "yaml-documents",
    "A second document begins here",
    "One file holds one document: remove the line ---",
  ],
};

/** What the parser found, at most one per line. `broken`: the structure cannot be relied on. */
export function syntaxProblems(
  document: Document,
  source: string,
  report: Report,
): { problems: Problem[]; broken: boolean } {
  const problems = new Map<number, Problem>();
  let broken = false;
  for (const error of [...document.errors, ...document.warnings] as YAMLError[]) {
    const problem = error.code === "DUPLICATE_KEY" ? duplicate(error, source, report) : other(error, report);
    if (["yaml-syntax", "yaml-tab", "yaml-alias"].includes(problem.rule)) broken = true;
    if (!problems.has(problem.line)) problems.set(problem.line, problem);
  }
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit && version !== "1.2") {
    const problem = report(0, "yaml-version", "This is not YAML 1.2", "Remove the line %YAML");
    problems.set(problem.line, problem);
  }
  return { problems: [...problems.values()], broken };
}

function duplicate({ pos: [offset] }: YAMLError, source: string, report: Report): Problem {
  const name = /^["']?([A-Za-z][\w-]{0,39})["']?\s*:/.exec(source.slice(offset, offset + 60))?.[1];
  return report(
    offset,
    "duplicate-key",
    name === undefined ? "This key is here twice" : `The key \`${name}\` is here twice`,
    "Keep one of them",
  );
}

function other({ code, pos: [offset] }: YAMLError, report: Report): Problem {
  const [rule, message, hint] = SENTENCES[code] ?? ["yaml-syntax", "This cannot be read as YAML", null];
  return report(offset, rule, message, hint);
}
