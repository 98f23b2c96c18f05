import { Malformed } from "../core/contracts/errors.js";
import type { Json } from "../core/contracts/model.js";

const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object };

/**
 * A JSON text without the fields that `isDropped` names, at any depth: what is said of somebody's health, or written to the staff, must
 * not be kept. Numbers stay as they are written, and a text without such fields is the same text. Throws `Malformed` for what is no JSON.
 */
export function withoutFields(json: string, isDropped: (key: string, value: Json) => boolean): string {
  const dropped: string[] = [];
  const kept = (key: string, value: Json, context?: { source?: string }): unknown => {
    if (!isDropped(key, value)) return typeof value === "number" ? rawJSON(context?.source ?? String(value)) : value;
    dropped.push(key);
    return undefined;
  };
  try {
    const rest: unknown = JSON.parse(json, kept);
    return dropped.length > 0 ? JSON.stringify(rest) : json;
  } catch (cause) {
    throw new Malformed("The body is no JSON", { cause });
  }
}

/** Fields of these names, where they say something. */
export function notesIn(...names: readonly string[]): (key: string, value: Json) => boolean {
  return (key, value) => names.includes(key) && value !== null && value !== "";
}
