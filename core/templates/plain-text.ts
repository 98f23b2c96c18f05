import { compile } from "html-to-text";
import { compileTemplate } from "./compile.js";
import type { TemplateValues } from "./engine.js";
import { simpleTemplate } from "./simple.js";

const PLACEHOLDER = /\uE000(\d+)\uE001/g;

const toText = compile({
  wordwrap: false,
  selectors: [
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
    // Mail is laid out in tables: their cells are paragraphs, not columns.
    { selector: "table", format: "block" },
    { selector: "tr", format: "block" },
    { selector: "td", format: "block" },
    { selector: "img", format: "skip" },
    { selector: "head", format: "skip" },
  ],
});

/** Makes the text part from an HTML template: its words and its links, each block on lines of its own. Throws as the template would. */
export function compileText(html: string): (values: TemplateValues) => string {
  const text = textTemplate(html);
  if (text !== undefined) return compileTemplate(text, "text");
  const fill = compileTemplate(html, "html");
  return (values) => toText(fill(values));
}

/**
 * Outputs are escaped in HTML, so their values never hold elements: where a template has no other markup, the conversion is done once,
 * around the outputs.
 */
function textTemplate(html: string): string | undefined {
  const template = /[\uE000\uE001]/.test(html) ? undefined : simpleTemplate(html);
  if (!template) return undefined;
  const markups = [...new Set(template.outputs.map(({ markup }) => markup))];
  const held = template.outputs.map(({ markup, after }) => `\uE000${markups.indexOf(markup)}\uE001${after}`);
  const text = toText(template.head + held.join(""));
  // What was an entity in HTML may now read as Liquid.
  if (/\{[{%]/.test(text)) return undefined;
  return text.replace(PLACEHOLDER, (_, index: string) => markups[Number(index)] ?? "");
}
