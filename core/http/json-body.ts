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
  const text = bytes.toString();
  inspect(bytes);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw unreadable("is not JSON");
  }
}

/** Walks the brackets and keys; whether the text is JSON at all is not its business. */
function inspect(bytes: Buffer): void {
  const keys: number[] = [];
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
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
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function isKey(bytes: Buffer, end: number): boolean {
  let at = end + 1;
  let byte = bytes[at];
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
  return byte === COLON;
}

function inspectKey(bytes: Buffer, start: number, end: number): void {
  // The shortest forbidden key has 9 characters; escapes only make it longer.
  if (end - start <= 9) return;
  const written = bytes.toString("utf8", start, end + 1);
  if (FORBIDDEN.has(written.includes("\\") ? unescaped(written) : written.slice(1, -1))) {
    throw unreadable("has a key that is not allowed: __proto__ and constructor are not");
  }
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw unreadable("is not JSON");
  }
}

function unreadable(message: string): Error {
  return invalid([{ path: "body", message }], `The body ${message}`);
}
