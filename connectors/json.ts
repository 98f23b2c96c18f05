import { Malformed } from "../core/contracts/errors.js";
import type { Json, JsonObject } from "../core/contracts/model.js";

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

/** A body in UTF-8 that must be a JSON object. Throws `Malformed`. */
export function jsonObject(body: Uint8Array): JsonObject {
  const value = parseJson(utf8(body));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Malformed("The body is no JSON object");
  }
  return value;
}

/** Throws `Malformed` when the bytes are no UTF-8. */
export function utf8(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new Malformed("The body is no UTF-8 text", { cause });
  }
}

function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(context?.source ?? "")) return value;
  return context?.source;
}
