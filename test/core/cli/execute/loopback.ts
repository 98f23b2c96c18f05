import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "../../../../core/contracts/model.js";

/** A call as the server saw it. */
export interface Seen {
  method: string;
  url: string;
  key: string;
  idempotencyKey: string | undefined;
  body: JsonObject;
}

/** What to answer; `undefined` breaks the connection. */
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | undefined;

/** A server on loopback that answers as `reply` says and remembers every call. */
export async function loopback(
  test: { teardown(end: () => Promise<void>): void },
  reply: (call: Seen, number: number) => Reply,
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { "x-api-key": key, "idempotency-key": idempotencyKey } = request.headers as Record<
        string,
        string | undefined
      >;
      const { method = "", url = "" } = request;
      const call = { method, url, key: key ?? "", idempotencyKey, body: JSON.parse(body || "{}") as JsonObject };
      seen.push(call);
      const answer = reply(call, seen.length);
      if (!answer) return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.teardown(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** The API's answer to an execute call that queues everybody. */
export function queued({ body }: Seen, number: number): Reply {
  const contacts = body["contacts"] as JsonObject[];
  const results = contacts.map(({ email }) => ({
    email,
    contactId: "c",
    sendingId: "s",
    status: "queued",
    reason: null,
  }));
  return { status: 200, body: { data: { executionId: `e${number}`, results } } };
}

async function text(request: IncomingMessage): Promise<string> {
  let whole = "";
  for await (const part of request) whole += String(part);
  return whole;
}
