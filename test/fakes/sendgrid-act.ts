import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Behaviour } from "./sendgrid-behaviour.js";

/** The status that a behaviour answers with; null when it gives no answer that can be read. */
export function statusOf(behaviour: Behaviour): number | null {
  switch (behaviour.do) {
    case "answer":
      return behaviour.status;
    case "drip":
    case "close-after":
      return 202;
    case "flood":
      return 200;
    default:
      return null;
  }
}

/** Does to one request what `behaviour` says. */
export function act(behaviour: Behaviour, request: IncomingMessage, response: ServerResponse): void {
  switch (behaviour.do) {
    case "answer":
      return answer(behaviour, response);
    case "drip":
      return drip(behaviour.everyMs, response);
    case "flood":
      return flood(behaviour.bytes, response);
    case "close-after": {
      response.writeHead(202, { "x-message-id": messageId(), connection: "keep-alive" });
      response.end(() => request.socket.destroy());
      return;
    }
    case "garbage":
      request.socket.end("SMTP is what this port speaks\r\n\r\n");
      return;
    case "reset-before-body":
    case "reset-after-body":
      request.socket.resetAndDestroy();
      return;
    case "hang":
  }
}

function answer(
  { status, body, headers, afterMs = 0, resetInSeconds }: Behaviour & { do: "answer" },
  response: ServerResponse,
): void {
  const send = (): void => {
    if (response.destroyed) return;
    if (resetInSeconds !== undefined) {
      response.setHeader("x-ratelimit-reset", Math.ceil(Date.now() / 1000) + resetInSeconds);
    }
    response.writeHead(status, { ...(status === 202 && { "x-message-id": messageId() }), ...headers }).end(body);
  };
  if (afterMs === 0) return send();
  const timer = setTimeout(send, afterMs);
  response.once("close", () => clearTimeout(timer));
}

function drip(everyMs: number, response: ServerResponse): void {
  response.writeHead(202, { "x-message-id": messageId() }).flushHeaders();
  const timer = setInterval(() => response.write("."), everyMs);
  response.once("close", () => clearInterval(timer));
}

function flood(bytes: number, response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, "x");
  let left = bytes;
  const pour = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) return;
    }
    response.end();
  };
  response.writeHead(200, { "content-type": "text/plain" });
  response.on("drain", pour);
  pour();
}

function messageId(): string {
  return randomBytes(16).toString("base64url");
}
