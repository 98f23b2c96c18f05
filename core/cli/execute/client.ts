import type { Json, JsonObject } from "../../contracts/model.js";

/** Where the API is, and the key to it. */
export interface Target {
  url: string;
  key: string;
}

/** What came back, or that nothing did. `retryAfter` is in milliseconds, `null` when the answer does not say. */
export type Answer =
  { status: number; body: JsonObject; replayed: boolean; retryAfter: number | null } | { status: null; reason: string };

export interface Ask {
  method: "GET" | "POST";
  /** Below the server's address, as `/api/v1/locations`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Longer than any answer of a healthy server takes, in milliseconds. */
const TIMEOUT = 60_000;

/** Asks once. Never rejects: a connection that fails or hangs is an answer too. Redirects are not followed, so that no key goes astray. */
export async function ask({ url, key }: Target, { method, path, headers, body }: Ask): Promise<Answer> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, "")}${path}`, {
      method,
      headers: { "X-API-Key": key, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return {
      status: response.status,
      body: readObject(await response.text()),
      replayed: response.headers.get("idempotent-replayed") === "true",
      retryAfter: readRetryAfter(response.headers.get("retry-after"), Date.now()),
    };
  } catch (error) {
    return { status: null, reason: reasonOf(error) };
  }
}

/** `Retry-After` as milliseconds from `now`: seconds or an HTTP date; `null` when it is missing or says nothing. */
export function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d{1,7}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function readObject(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** The code of a failed connection, as `ECONNREFUSED`; `fetch` hides it in the cause. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? name;
}
