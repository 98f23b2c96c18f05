import type { Json, JsonObject } from "../core/contracts/model.js";

/** What stands in `value` under `path`; `undefined` where the way ends. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as JsonObject)[key];
  }
  return found;
}

/** The first of `values` that says something: text, trimmed, or a whole number as its digits. */
export function text(...values: readonly (Json | undefined)[]): string | null {
  for (const value of values) {
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  }
  return null;
}

/** A number, or a decimal text as `"43.90"` and `"-5.0000"`. */
export function decimal(value: Json | undefined): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}

/** An explicit yes or no. */
export function yesOrNo(value: Json | undefined): boolean | null {
  return typeof value === "boolean" ? value : null;
}

/** The entries of a list; none of what is no list. */
export function entries(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
