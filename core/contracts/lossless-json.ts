import { Malformed } from "./errors.js";
import type { Json } from "./model.js";

/** Digits enough that a whole number among them could lie beyond ±2^53. */
const long = /\d{16}/;

/** Reads JSON without losing a digit: whole numbers beyond ±2^53 become strings of their digits. Throws `Malformed`. */
export function parseJson(text: string): Json {
  try {
    return (long.test(text) ? JSON.parse(text, exact) : JSON.parse(text)) as Json;
  } catch (cause) {
    throw new Malformed("The body is no JSON", { cause });
  }
}

function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(context?.source ?? "")) return value;
  return context?.source;
}
