import { parseDuration } from "furrow";

/**
 * @typedef {object} Options
 * @property {readonly string[]} secrets Newest first; any may match.
 * @property {string} event The type of the events that start something.
 * @property {string} execute The key of the sequence that they start.
 * @property {number} maxAge In milliseconds. Older events are kept and start nothing.
 */

const expected = {
  secrets: "a list of texts, none of them empty",
  event: "the type of an event",
  execute: "the key of a sequence",
  maxAge: "a duration, as 3d",
};

/**
 * What a source may say. Any Standard Schema will do: Joi 18, Zod 4, Valibot 1, or these lines. A message never holds a value.
 *
 * @type {import("furrow").OptionsSchema<Options>}
 */
export const options = {
  "~standard": {
    version: 1,
    vendor: "acme",
    validate(value) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return { issues: [{ message: `Options are a map of: ${Object.keys(expected).join(", ")}` }] };
      }
      const given = /** @type {Record<string, unknown>} */ (value);
      const read = {
        secrets: texts(given.secrets),
        event: filled(given.event),
        execute: filled(given.execute),
        maxAge: parseDuration(filled(given.maxAge ?? "3d") ?? ""),
      };
      const issues = [
        ...Object.keys(given)
          .filter((key) => !Object.hasOwn(expected, key))
          .map((key) => ({ path: [key], rule: "unknown-key", message: `There is no option \`${key}\`` })),
        ...Object.entries(expected)
          .filter(([key]) => read[/** @type {keyof Options} */ (key)] === undefined)
          .map(([key, what]) => ({ path: [key], message: `\`${key}\` must be ${what}` })),
      ];
      return issues.length > 0 ? { issues } : { value: /** @type {Options} */ (read) };
    },
  },
};

/** @param {unknown} value */
function filled(value) {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** @param {unknown} value */
function texts(value) {
  const all = Array.isArray(value) ? value.map(filled) : [];
  return all.length > 0 && !all.includes(undefined) ? all : undefined;
}
