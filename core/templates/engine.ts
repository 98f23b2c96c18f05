import { Liquid, filters } from "liquidjs";

/** What a template becomes: `html` escapes every output; `text` and `subject` do not. */
export type TemplateKind = "html" | "text" | "subject";

/** What a template sees, by root: `contact`, `context`, … Functions and inherited properties are never reached. */
export type TemplateValues = Readonly<Record<string, unknown>>;

/** What one template may cost. Characters, and milliseconds of rendering. */
export const LIMITS = { source: 500_000, output: 1_000_000, memory: 4_000_000, render: 250 } as const;

const TAGS = new Set(["if", "unless", "case", "for", "assign", "comment", "raw"]);

/**
 * `raw` would undo the escaping; `…_exp` parse their argument while rendering, out of sight of the check; `sample` makes the same
 * message differ between two tries.
 */
const REFUSED_FILTERS = [
  "raw",
  "sample",
  "where_exp",
  "reject_exp",
  "group_by_exp",
  "has_exp",
  "find_exp",
  "find_index_exp",
];

/**
 * LiquidJS without what could reach a file, the prototype of a value, or more time and memory than {@link LIMITS}. Dates are written in
 * English and UTC unless the filter names a zone, whatever the machine is set to.
 */
export const engines: Readonly<Record<TemplateKind, Liquid>> = {
  html: htmlEngine(),
  text: hardened(),
  subject: hardened(),
};

function htmlEngine(): Liquid {
  const engine = hardened({ outputEscape: "escape" });
  // Filters that escape by themselves, so that their output is not escaped again; `newline_to_br` would else show its own tags.
  for (const name of ["escape", "escape_once", "xml_escape"] as const) {
    engine.registerFilter(name, { raw: true, handler: filters[name] as Filter });
  }
  engine.registerFilter("newline_to_br", {
    raw: true,
    handler(value) {
      return (filters.newline_to_br as Filter).call(this, (filters.escape as Filter).call(this, value)) as string;
    },
  });
  return engine;
}

function hardened(options: { outputEscape?: "escape" } = {}): Liquid {
  const engine = new Liquid({
    ...options,
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    dynamicPartials: false,
    parseLimit: LIMITS.source,
    renderLimit: LIMITS.render,
    memoryLimit: LIMITS.memory,
    timezoneOffset: 0,
    locale: "en-US",
  });
  for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) Reflect.deleteProperty(engine.tags, name);
  for (const name of REFUSED_FILTERS) engine.unregisterFilter(name);
  return engine;
}

type Filter = (this: unknown, value: unknown, ...args: unknown[]) => unknown;
