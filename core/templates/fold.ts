import type { Budget } from "./budget.js";
import type { TemplateKind, TemplateValues } from "./engine.js";
import { LONGEST_SOURCE } from "./limits.js";
import { simpleTemplate } from "./simple.js";
import { written } from "./written.js";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** Writes what LiquidJS would, at a fraction of its cost, for a {@link simpleTemplate}; `undefined` for every other one. */
export function folded(
  source: string,
  kind: TemplateKind,
): ((values: TemplateValues, budget: Budget) => string) | undefined {
  const template = source.length > LONGEST_SOURCE ? undefined : simpleTemplate(source);
  if (!template) return undefined;
  const { head, outputs } = template;
  const write = kind === "html" ? (value: unknown) => escaped(written(value)) : written;
  return (values, budget) => {
    let text = head;
    for (const { path, fallback, after } of outputs) {
      const value = reached(values, path);
      // A list may be long and yet write nothing.
      if (typeof value === "object" && value !== null) budget.look();
      text += write(fallback !== undefined && isMissing(value) ? fallback : value) + after;
      budget.bound(text);
    }
    budget.bound(text);
    return text;
  };
}

function reached(values: TemplateValues, path: readonly string[]): unknown {
  let value: unknown = values;
  for (const name of path) {
    if (value === null || value === undefined) return undefined;
    value = Object.hasOwn(value, name) ? (value as TemplateValues)[name] : undefined;
  }
  return value;
}

/** What `default` replaces. */
function isMissing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
