import type { Outcome } from "../../contracts/channel.js";
import type { Instant } from "../../contracts/model.js";
import { firstOf, limitOfAnswer } from "./limit-of-answer.js";
import { providersWords } from "./providers-words.js";

const PROBE_AFTER = 15 * 60_000;

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
  const limit = limitOfAnswer(end, now);
  const outcome = meaningOf(end, now, secrets);
  return limit ? { ...outcome, limit } : outcome;
}

function meaningOf(end: Answer, now: Instant, secrets: readonly string[]): Outcome {
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
      // When to come again is said by its limit.
      return { status: "deferred", reason };
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
  const providerId = firstOf(headers["x-message-id"]) ?? null;
  if (providerId !== null || (complete && (body === "" || isJson(body)))) return { status: "accepted", providerId };
  return { status: "uncertain", reason: `SendGrid answered ${status}, not in its own way` };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
