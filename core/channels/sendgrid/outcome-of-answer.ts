import type { Outcome } from "../../contracts/channel.js";
import type { Instant } from "../../contracts/model.js";
import { providersWords } from "./providers-words.js";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const PROBE_AFTER = 15 * 60 * SECOND;

/** The provider's answer. `complete` is false when the connection or the deadline ended it before its last byte. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  complete: boolean;
}

/** How a call ended: an answer, or none. `failure` is `timeout`, `aborted` or an error code; `written`: bytes of the request may have left. */
export type CallEnd = Answer | { failure: string; written: boolean };

/**
 * What SendGrid's answer means. The status decides; a body only supplies words, without any of `secrets` and without addresses.
 * Codes: https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses
 */
export function outcomeOfAnswer(end: CallEnd, now: Instant, secrets: readonly string[]): Outcome {
  if ("failure" in end) return outcomeOfFailure(end.failure, end.written);
  // A sandbox answers 200: checked, not delivered.
  if (end.status === 202 || end.status === 200) return taken(end);
  const reason = `SendGrid answered ${end.status}${providersWords(end.body, secrets)}`;
  switch (end.status) {
    case 400:
    case 404:
    case 405:
    case 406:
    case 413:
    case 451:
      return { status: "rejected", reason };
    case 401:
      return { status: "deferred", reason, pause: {} };
    case 403:
      // An unverified sender, or a block of some minutes after many bad requests.
      return { status: "deferred", reason, pause: { probeAt: now + PROBE_AFTER } };
    case 429:
      return { status: "deferred", reason, ...retryAt(end, now) };
    default:
      return { status: "uncertain", reason };
  }
}

function outcomeOfFailure(failure: string, written: boolean): Outcome {
  if (written) return { status: "uncertain", reason: `The connection to SendGrid gave no answer: ${failure}` };
  return { status: "deferred", reason: `Nothing was sent to SendGrid: ${failure}` };
}

/** The id is the proof. Without one the answer must at least be whole and look like an API's: proxies answer 200 with a page, too. */
function taken({ status, headers, body, complete }: Answer): Outcome {
  const providerId = first(headers["x-message-id"]) ?? null;
  if (providerId !== null || (complete && (body === "" || isJson(body)))) return { status: "accepted", providerId };
  return { status: "uncertain", reason: `SendGrid answered ${status}, not in its own way` };
}

/** SendGrid names the epoch second at which its limit starts anew; a proxy before it may say `Retry-After`. */
function retryAt({ headers }: Answer, now: Instant): { retryAt?: Instant } {
  const reset = seconds(first(headers["x-ratelimit-reset"]));
  const at = reset ?? after(first(headers["retry-after"]), now);
  return at === undefined ? {} : { retryAt: Math.min(Math.max(at, now + SECOND), now + HOUR) };
}

function after(value: string | undefined, now: Instant): Instant | undefined {
  const delay = seconds(value);
  if (delay !== undefined) return now + delay;
  const date = Date.parse(value ?? "");
  return Number.isNaN(date) ? undefined : date;
}

function seconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) * SECOND : undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text === "" ? undefined : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
