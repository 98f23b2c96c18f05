import type { Dispatcher } from "undici";
import type { Clock } from "../contracts/clock.js";
import type { PlatformAccess, PlatformHttp } from "../contracts/connector.js";
import { Gone, PlatformAway, PlatformRefused } from "../contracts/errors.js";
import { parseJson } from "../contracts/lossless-json.js";
import type { Duration, Instant, Json } from "../contracts/model.js";
import { Turns } from "./turns.js";

/** A whole call: connecting, asking, and the last byte of the answer. */
const timeout: Duration = 10_000;
/** Bytes of an answer. */
const largest = 2 * 1024 * 1024;
/** Calls at once. One that hangs keeps one of these, and nothing else. */
const connections = 8;
/** The longest that a platform may put us off. */
const longestWait: Duration = 3_600_000;

/** One platform's API, with what the runtime bounds. */
export interface PlatformClient extends PlatformHttp {
  close(): Promise<void>;
}

/** Asks a platform's API. Never more often than the platform allows; follows no redirects and never leaves its origin. */
export function platformHttp(access: PlatformAccess, clock: Clock): PlatformClient {
  const { baseUrl, headers, perSecond } = access;
  const turns = new Turns(perSecond, clock);
  let pool: Promise<Dispatcher> | undefined;

  return {
    async get(path) {
      await turns.next();
      const target = pathOf(path, baseUrl);
      const answer = await asked(await (pool ??= open(baseUrl)), target, headers);
      return read(answer, target, clock.now());
    },
    async close() {
      await (await pool)?.destroy();
    },
  };
}

async function open(baseUrl: string): Promise<Dispatcher> {
  const { Pool } = await import("undici");
  return new Pool(new URL(baseUrl).origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    maxResponseSize: largest,
    connect: { timeout },
  });
}

/** Below the path of `baseUrl`, when it has one. Of an absolute URL path and query are used: its host is not to be trusted. */
function pathOf(path: string, baseUrl: string): string {
  const prefix = new URL(baseUrl).pathname.replace(/\/$/, "");
  const url = new URL(path, new URL(baseUrl).origin);
  const own = `${url.pathname}${url.search}`;
  return prefix !== "" && !own.startsWith(`${prefix}/`) ? `${prefix}${own}` : own;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

async function asked(pool: Dispatcher, path: string, headers: PlatformAccess["headers"]): Promise<Answer> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const answer = await pool.request({
      method: "GET",
      path,
      headers: { accept: "application/json", ...headers },
      signal,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  } catch (cause) {
    const { code, name } = cause as Error & { code?: string };
    throw new PlatformAway(`The platform gave no answer (${signal.aborted ? "timeout" : (code ?? name)})`, null, {
      cause,
    });
  }
}

function read({ status, headers, text }: Answer, path: string, now: Instant): Json {
  // Without the query, which may name somebody.
  const asked = `GET ${path.split("?", 1)[0]}`;
  if (status === 404 || status === 410) throw new Gone(`The platform does not have it (${asked}: ${status})`);
  if (status === 401 || status === 403) {
    throw new PlatformRefused(
      `The platform refuses our credentials (${asked}: ${status}): look after \`api\` of the source`,
    );
  }
  if (status === 429 || status >= 500 || status === 408) {
    throw new PlatformAway(
      `The platform cannot answer now (${asked}: ${status})`,
      retryAt(headers["retry-after"], now),
    );
  }
  if (status < 200 || status > 299) throw new PlatformRefused(`The platform does not serve ${asked}: ${status}`);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new PlatformAway(`The platform answered ${asked} with something that is no JSON`, null, { cause });
  }
}

function retryAt(value: string | string[] | undefined, now: Instant): Instant | null {
  const text = (Array.isArray(value) ? value[0] : value)?.trim() ?? "";
  const at = /^\d{1,6}$/.test(text) ? now + Number(text) * 1_000 : Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(at, now), now + longestWait);
}
