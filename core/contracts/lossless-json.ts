import { Malformed } from "./errors.js";
import type { Json } from "./model.js";

/** Reads JSON without losing a digit: whole numbers beyond ±2^53 become strings of their digits. Throws `Malformed`. */
export function parseJson(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    if (isExact(value)) return value;
    // A reviver that is given every value takes five times as long. What is not JSON has thrown above.
    const exact = withLongNumbersQuoted(text);
    return exact === text ? value : (JSON.parse(exact) as Json);
  } catch (cause) {
    throw new Malformed("The body is no JSON", { cause });
  }
}

/** Whether no number in it is so large that digits may be lost. Keeps a list of its own: a body may be nested deeper than calls can be. */
function isExact(root: Json): boolean {
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === "number") {
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
    } else if (Array.isArray(value)) {
      for (const item of value as unknown[]) rest.push(item);
    } else if (typeof value === "object" && value !== null) {
      for (const key in value) rest.push((value as Record<string, unknown>)[key]);
    }
  }
  return true;
}

function withLongNumbersQuoted(json: string): string {
  const stops = /"|-?\d{16,}/g;
  let exact = "";
  let copied = 0;
  for (let stop = stops.exec(json); stop; stop = stops.exec(json)) {
    const [found] = stop;
    if (found === '"') {
      stops.lastIndex = endOfString(json, stop.index);
    } else if (isInteger(json, stop.index, stops.lastIndex) && !Number.isSafeInteger(Number(found))) {
      exact += `${json.slice(copied, stop.index)}"${found}"`;
      copied = stops.lastIndex;
    }
  }
  return exact + json.slice(copied);
}

/** After the quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/** Whether these digits are a whole number, and neither a part of a fraction nor of an exponent. */
function isInteger(json: string, from: number, to: number): boolean {
  return !/[.eE+\d]/.test(json[from - 1] ?? "") && !/[.eE]/.test(json[to] ?? "");
}
