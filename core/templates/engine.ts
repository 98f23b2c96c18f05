import { Liquid, filters } from "liquidjs";
import { WatchedContext } from "./budget.js";
import { LIMITS, LONGEST_SOURCE } from "./limits.js";

/** What a template becomes: `html` escapes every output; `text` and `subject` do not. */
export type TemplateKind = "html" | "text" | "subject";

/** What a template sees, by root: `contact`, `context`, … Functions and inherited properties are never reached. */
export type TemplateValues = Readonly<Record<string, unknown>>;

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
 * Filters whose work grows as what they are given does, and no faster. The others sort, search for each item anew, or put lists into
 * lists, which a few lines of template make grow without end.
 */
const LIGHT_FILTERS = new Set([
  ...["append", "capitalize", "downcase", "lstrip", "newline_to_br", "normalize_whitespace", "number_of_words"],
  ...["prepend", "remove", "remove_first", "replace", "replace_first", "rstrip", "split", "squish", "strip"],
  ...["strip_html", "strip_newlines", "truncate", "truncatewords", "upcase"],
  ...["escape", "escape_once", "xml_escape", "cgi_escape", "uri_escape", "url_decode", "url_encode"],
  ...["abs", "at_least", "at_most", "ceil", "divided_by", "floor", "minus", "modulo", "plus", "round", "times"],
  ...["date", "date_to_long_string", "date_to_rfc822", "date_to_string", "date_to_xmlschema"],
  ...["compact", "default", "first", "join", "last", "reverse", "size", "slice", "to_integer", "uniq"],
]);

/**
 * LiquidJS without what could reach a file, the prototype of a value, or more time and memory than it is given. Dates are written in
 * English and UTC unless the filter names a zone, whatever the machine is set to.
 */
export const engines: Readonly<Record<TemplateKind, Liquid>> = {
  html: htmlEngine(),
  text: watched(hardened()),
  subject: watched(hardened()),
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
  return watched(engine);
}

function hardened(options: { outputEscape?: "escape" } = {}): Liquid {
  const engine = new Liquid({
    ...options,
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    dynamicPartials: false,
    parseLimit: LONGEST_SOURCE,
    renderLimit: LIMITS.render,
    memoryLimit: LIMITS.memory,
    timezoneOffset: 0,
    locale: "en-US",
  });
  for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) Reflect.deleteProperty(engine.tags, name);
  for (const name of REFUSED_FILTERS) engine.unregisterFilter(name);
  return engine;
}

/** Lets no filter run unseen. */
function watched(engine: Liquid): Liquid {
  for (const [name, filter] of Object.entries(engine.filters)) {
    const { handler, raw = false } = typeof filter === "function" ? { handler: filter } : filter;
    const isLight = LIGHT_FILTERS.has(name);
    engine.registerFilter(name, {
      raw,
      handler(value, ...args: unknown[]) {
        if (this.context instanceof WatchedContext) this.context.beforeFilter(isLight);
        return handler.call(this, value, ...args) as unknown;
      },
    });
  }
  return engine;
}

type Filter = (this: unknown, value: unknown, ...args: unknown[]) => unknown;
