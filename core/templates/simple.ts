const OUTPUT = /(\{\{[^{}]*\}\})/;
const SIMPLE =
  /^\{\{[ \t\r\n]*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)[ \t\r\n]*(?:\|[ \t]*default:[ \t]*('[^'\\]*'|"[^"\\]*")[ \t\r\n]*)?\}\}$/;

/** Names that Liquid does not read as plain properties. */
const SPECIAL = new Set([
  "true",
  "false",
  "nil",
  "null",
  "empty",
  "blank",
  "and",
  "or",
  "not",
  "contains",
  "size",
  "first",
  "last",
]);

/** A template of text, paths and `default`: `head`, then each output with the text `after` it. */
export interface SimpleTemplate {
  head: string;
  outputs: readonly SimpleOutput[];
}
export interface SimpleOutput {
  /** As it stands in the template, braces included. */
  markup: string;
  path: readonly string[];
  fallback: string | undefined;
  after: string;
}

/** Reads a template that holds nothing but text, paths and `default`; `undefined` for every other one, those with errors included. */
export function simpleTemplate(source: string): SimpleTemplate | undefined {
  const [head = "", ...pieces] = source.split(OUTPUT);
  if (!isPlain(head)) return undefined;
  const outputs: SimpleOutput[] = [];
  for (let at = 0; at < pieces.length; at += 2) {
    const [markup = "", after = ""] = pieces.slice(at, at + 2);
    const [, names, quoted] = SIMPLE.exec(markup) ?? [];
    const path = names?.split(".");
    if (!path || path.some((name) => SPECIAL.has(name)) || !isPlain(after)) return undefined;
    outputs.push({ markup, path, fallback: quoted?.slice(1, -1), after });
  }
  return { head, outputs };
}

/** A brace at the end would join the output that follows. */
function isPlain(text: string): boolean {
  return !text.includes("{{") && !text.includes("{%") && !text.endsWith("{");
}
