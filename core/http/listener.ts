import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Request } from "@hapi/hapi";
import type { Ids } from "../contracts/clock.js";
import type { Duration } from "../contracts/model.js";

// To import it is to ask it for all that it exports, for WebSocket too, which loads another HTTP client: a fifth of the time to start.
const { createServer, STATUS_CODES } = process.getBuiltinModule("node:http");

/** How long a client may take, in milliseconds, and how much it may say before its body, in bytes. */
export interface Patience {
  headers: Duration;
  request: Duration;
  /** How often the two above are looked at. */
  checkEvery: Duration;
  /** Between two requests on one connection. */
  keepAlive: Duration;
  /** Without a byte in either direction. */
  silence: Duration;
  maxHeaderSize: number;
}

export const patience: Patience = {
  headers: 10_000,
  request: 20_000,
  checkEvery: 1_000,
  keepAlive: 65_000,
  silence: 90_000,
  maxHeaderSize: 16 * 1024,
};

/** The socket's side of the server. hapi's own time-outs do not end a slow body; these do. */
export function createListener(limits: Patience): Server {
  const listener = createServer({
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    connectionsCheckingInterval: limits.checkEvery,
    keepAliveTimeout: limits.keepAlive,
    maxHeaderSize: limits.maxHeaderSize,
  });
  listener.setTimeout(limits.silence);
  return listener;
}

/**
 * Answers what is no HTTP request, or does not become one in time, as the API answers errors. `latest` tells the newest request of a
 * socket: one that is under way is answered by hapi, which knows what has been sent.
 */
export function answerClientErrors(listener: Server, latest: WeakMap<Duplex, Request>, ids: Ids): void {
  const hapis = listener.listeners("clientError") as ((error: Error, socket: Duplex) => void)[];
  listener.removeAllListeners("clientError");
  listener.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const request = latest.get(socket);
    if (request && !request.raw.res.writableEnded) {
      request.app.late = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
      for (const handle of hapis) handle(error, socket);
    } else if (socket.writable && error.code !== "ECONNRESET") {
      // A client that does not hang up in its turn would keep the socket.
      socket.end(plainAnswer(error.code, ids.next()), () => socket.destroy());
    } else socket.destroy();
  });
}

function plainAnswer(cause: string | undefined, requestId: string): string {
  const { status, code, message } = reading(cause);
  const body = JSON.stringify({ error: { code, message, details: { fields: [{ path: "request", message }] } } });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "",
    body,
  ].join("\r\n");
}

function reading(cause: string | undefined): { status: number; code: string; message: string } {
  switch (cause) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { status: 408, code: "REQUEST_TIMEOUT", message: "did not arrive in time" };
    case "HPE_HEADER_OVERFLOW":
      return { status: 431, code: "HEADERS_TOO_LARGE", message: "has headers that are too large" };
    default:
      return { status: 400, code: "VALIDATION_ERROR", message: "cannot be read as HTTP" };
  }
}
