import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Failure } from "../failure.js";
import type { Shell } from "../shell.js";

/** What is to be posted. Header names are in lower case. */
export interface Fixture {
  headers: Record<string, string>;
  body: Uint8Array;
  /** What the body looks like, for when nobody says its type. */
  type: string;
}

/** Those that belong to the connection of the recording, not to its message. */
const OF_THE_WAY = new Set([
  ...["connection", "content-length", "expect", "host", "keep-alive"],
  ...["te", "trailer", "transfer-encoding", "upgrade"],
]);
const PARTS = ["headers", "body"];

/**
 * A file `{ "headers"?, "body" }`, whose body is any JSON value or a text that is sent as it is; every other file is a body itself, byte
 * for byte. Throws a `Failure` when it cannot be read.
 */
export async function readFixture(name: string, { cwd }: Pick<Shell, "cwd">): Promise<Fixture> {
  const bytes = await bytesOf(name, cwd);
  const json = parsed(bytes);
  if (!isWrapped(json)) return { headers: {}, body: bytes, type: typeOf(bytes, json) };
  const { headers = {}, body } = json;
  const wrong = Object.entries(headers).find(([, value]) => typeof value !== "string");
  if (wrong) {
    throw new Failure(`The header ${wrong[0]} of ${name} is no text`, "Write every header's value in quotation marks.");
  }
  const text = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const given = Object.entries(headers).map(([key, value]) => [key.toLowerCase(), String(value)] as const);
  const kept = given.filter(([key]) => !OF_THE_WAY.has(key));
  return { headers: Object.fromEntries(kept), body: text, type: typeOf(text, parsed(text)) };
}

async function bytesOf(name: string, cwd: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(cwd, name));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    throw new Failure(`The file ${name} cannot be read (${code})`, "Give a file with a body to post.", 1, { cause });
  }
}

function isWrapped(json: unknown): json is { headers?: Record<string, unknown>; body: unknown } {
  if (typeof json !== "object" || json === null || !("body" in json)) return false;
  const { headers } = json as { headers?: unknown };
  const isPlain = headers === undefined || (typeof headers === "object" && headers !== null && !Array.isArray(headers));
  // A body may itself have a field that is called so.
  return isPlain && Object.keys(json).every((key) => PARTS.includes(key));
}

/** `undefined`: no JSON. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString(), exact) as unknown;
  } catch {
    return undefined;
  }
}

const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object };

/** Platforms number orders beyond what a double holds: such numbers are sent as they are written. */
function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source ?? "";
  return typeof value === "number" && !Number.isSafeInteger(value) && source !== "" ? rawJSON(source) : value;
}

function typeOf(bytes: Uint8Array, json: unknown): string {
  if (json !== undefined) return "application/json";
  return /^[\w.%+[\]-]+=/.test(Buffer.from(bytes).toString()) ? "application/x-www-form-urlencoded" : "text/plain";
}
