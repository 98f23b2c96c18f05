import { Malformed } from "../core/contracts/errors.js";
import { parseJson } from "../core/contracts/lossless-json.js";
import type { JsonObject } from "../core/contracts/model.js";

export { parseJson };

const decoder = new TextDecoder("utf-8", { fatal: true });

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
    return decoder.decode(body);
  } catch (cause) {
    throw new Malformed("The body is no UTF-8 text", { cause });
  }
}
