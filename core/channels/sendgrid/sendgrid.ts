import type { Address, Channel, Outcome } from "../../contracts/channel.js";
import type { Clock } from "../../contracts/clock.js";
import type { Log } from "../../contracts/log.js";
import type { Duration } from "../../contracts/model.js";
import { unsafe } from "../unsafe.js";
import { mailBodies } from "./mail-bodies.js";
import { mailServices } from "./mail-service.js";
import { outcomeOfAnswer } from "./outcome-of-answer.js";
import { openTransport, type Transport, type TransportOptions } from "./transport.js";

/** Answers that say that the program or its configuration is wrong, not the message. */
const ours = new Set([404, 405, 406, 451]);

export interface SendgridOptions {
  apiKey: string;
  /** Must be a sender that SendGrid has verified. */
  from: Address;
  replyTo?: Address | undefined;
  /** An origin, without `/v3`: `https://api.eu.sendgrid.com` for EU subusers. */
  baseUrl?: string | undefined;
  /** Calls, and so connections, at once. */
  concurrency?: number | undefined;
  /** Bounds a whole call: waiting for a connection, connecting, sending, and the last byte of the answer. */
  timeout?: Duration | undefined;
  clock: Clock;
  log: Log;
  /** Comes back in SendGrid's events: tells several installations of one account apart. */
  env?: string | undefined;
}

/**
 * Sends through SendGrid's `POST /v3/mail/send`, one recipient a request. `@sendgrid/mail` builds and checks the message; the request
 * is made on connections of our own, as its HTTP client leaks the key in its errors, follows redirects and proxies, and can hang.
 * Rejects when the options cannot work. https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export async function sendgridChannel(options: SendgridOptions): Promise<Channel> {
  const { apiKey, baseUrl = "https://api.sendgrid.com", concurrency = 64, timeout = 10_000, clock, log } = options;
  const target = {
    origin: originOf(baseUrl),
    path: "/v3/mail/send",
    headers: {
      authorization: `Bearer ${usable(apiKey)}`,
      accept: "application/json",
      "content-type": "application/json",
    },
    concurrency,
    timeout,
    clock,
  };
  let tools: Promise<Tools> | undefined;
  let isClosed = false;
  const loaded = (): Promise<Tools> => (tools ??= load(options, target));
  return {
    use: "sendgrid",
    concurrency,
    timeout,
    async warm() {
      await loaded();
    },
    async send(message, signal): Promise<Outcome> {
      if (isClosed) return { status: "deferred", reason: "The channel is closed" };
      const problem = unsafe(message);
      if (problem) return { status: "rejected", reason: problem };
      const { bodyOf, transport } = await loaded();
      let body: string;
      try {
        body = await bodyOf(message);
      } catch {
        // The library's error may quote the message: it goes no further.
        return { status: "rejected", reason: "SendGrid's library cannot build this message" };
      }
      const end = await transport.post(body, signal);
      if ("status" in end && ours.has(end.status)) {
        log.error(
          { channel: "sendgrid", status: end.status, attemptId: message.attemptId },
          "SendGrid does not serve this request",
        );
      }
      return outcomeOfAnswer(end, clock.now(), [apiKey, message.to.email]);
    },
    async close() {
      isClosed = true;
      await (await tools)?.transport.close();
    },
  };
}

interface Tools {
  bodyOf: ReturnType<typeof mailBodies>;
  transport: Transport;
}

/** The libraries take longer to load than all the rest of a start. */
async function load(options: SendgridOptions, target: TransportOptions): Promise<Tools> {
  const [newMailService, transport] = await Promise.all([mailServices(), openTransport(target)]);
  return { bodyOf: mailBodies(newMailService, options), transport };
}

function originOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (!isOrigin) throw new Error('"baseUrl" is not an origin like "https://api.sendgrid.com", without /v3');
  return url.origin;
}

/** A key that no HTTP header can hold would fail at each message, and only then. */
function usable(apiKey: string): string {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new Error('"apiKey" is empty or holds characters that no key has');
  return apiKey;
}
