import { stepRoots } from "../expressions/roots.js";
import type { Fields } from "../templates/check.js";

/** What the texts of a step may name: all that its conditions may, and `links`. */
export function templateRoots(vars: readonly string[]): Readonly<Record<string, Fields>> {
  return { ...declared, vars: fieldsNamed(vars), context: true, links: { unsubscribe: {} } };
}

const declared = Object.fromEntries(
  Object.entries(stepRoots).map(([root, fields]) => [
    root,
    Object.fromEntries(
      Object.entries(fields).map(([name, type]) => [name, /^(list|map)</.test(type) ? true : { size: {} }]),
    ),
  ]),
);

function fieldsNamed(names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, { size: {} }]));
}
