import { compile } from "html-to-text";
import { Budget } from "./budget.js";
import { compileTemplate, type Fill } from "./compile.js";
import { guarded, LimitReached } from "./failure.js";
import { simpleTemplate } from "./simple.js";

const PLACEHOLDER = /\uE000(\d+)\uE001/g;

const convert = compile({
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

/** Makes the text part from an HTML template: its words and its links, each block on lines of its own. */
export function compileText(html: string): Fill {
  const text = textTemplate(html);
  if (text !== undefined) return compileTemplate(text, "text");
  const fill = compileTemplate(html, "html");
  return (values, budget = new Budget()) => {
    const filled = fill(values, budget);
    if (filled.length > budget.limits.html) throw new LimitReached("html");
    return toText(filled);
  };
}

/** HTML nested too deep cannot be converted. */
function toText(html: string): string {
  return guarded(() => convert(html));
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
