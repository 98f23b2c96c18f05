import { isUtf8 } from "node:buffer";
import { invalid } from "../contracts/errors.js";
import type { Json } from "../contracts/model.js";

/** Bytes. */
export const LARGEST_BODY = 5 * 1024 * 1024;
const DEEPEST = 32;
const MOST_KEYS = 1_000;
const FORBIDDEN = new Set(["__proto__", "constructor"]);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const UNDERSCORE = 0x5f;
const SMALL_C = 0x63;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Reads a body as JSON. Refused with 400: what is not UTF-8 or not JSON, deeper than 32, an object with more than 1,000 keys, and the
 * keys `__proto__` and `constructor`, however they are written. All of that is known before anything is built.
 */
export function parseJson(bytes: Buffer): Json {
  if (!isUtf8(bytes)) throw unreadable("is not UTF-8");
  inspect(bytes);
  return parsed(bytes.toString());
}

/** Walks the brackets and keys; whether the text is JSON at all is not its business. */
function inspect(bytes: Buffer): void {
  const keys: number[] = [];
  let depth = 0;
  const { length } = bytes;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at + 1);
      if (isKey(bytes, end)) {
        inspectKey(bytes, at, end);
        const count = (keys[depth] ?? 0) + 1;
        if (count > MOST_KEYS) throw unreadable(`has an object with more than ${MOST_KEYS} keys`);
        keys[depth] = count;
      }
      at = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > DEEPEST) throw unreadable(`is nested deeper than ${DEEPEST}`);
      keys[depth] = 0;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
}

/** The position of the quote that ends the string which begins at `from`, or the length of a text that never ends it. */
function stringEnd(bytes: Buffer, from: number): number {
  const { length } = bytes;
  for (let at = from; at < length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return length;
}

function isKey(bytes: Buffer, end: number): boolean {
  let at = end + 1;
  let byte = bytes[at];
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
  return byte === COLON;
}

/** `start` and `end` are the quotes of the key. */
function inspectKey(bytes: Buffer, start: number, end: number): void {
  const first = bytes[start + 1];
  const length = end - start - 1;
  const suspicious = (length === 9 && first === UNDERSCORE) || (length === 11 && first === SMALL_C);
  if (!suspicious && !isEscaped(bytes, start, end)) return;
  if (FORBIDDEN.has(parsed(bytes.toString("utf8", start, end + 1)) as string)) {
    throw unreadable("has a key that is not allowed: __proto__ and constructor are not");
  }
}

function isEscaped(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw unreadable("is not JSON");
  }
}

function unreadable(message: string): Error {
  return invalid([{ path: "body", message }], `The body ${message}`);
}
