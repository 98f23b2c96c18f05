import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** How the platform behaves once, instead of answering. */
export type Mood = { status: number; retryAfter?: number } | "hang";

/** The APIs of the platforms, on loopback, with what was recorded of them. */
export interface PlatformServer {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** When a path was asked for. */
  askedAt(path: string): number[];
  /** What a path answers from now on, one after another, and the last ever after; `null`: nothing is there any more. */
  set(path: string, ...bodies: unknown[]): void;
  /** The next answers of a path, one each. */
  moods(path: string, ...moods: Mood[]): void;
}

export async function platformServer(t: { teardown(end: () => unknown): void }): Promise<PlatformServer> {
  const bodies = new Map<string, unknown[]>();
  const moods = new Map<string, Mood[]>();
  const asked: string[] = [];
  const times: number[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = String(request.url).split("?", 1)[0] ?? "";
    asked.push(path);
    times.push(Date.now());
    const mood = moods.get(path)?.shift();
    if (mood === "hang") return;
    const left = bodies.get(path) ?? [];
    const body = left.length > 1 ? left.shift() : left[0];
    const status = mood?.status ?? (body === undefined || body === null ? 404 : 200);
    if (mood?.retryAfter !== undefined) response.setHeader("retry-after", mood.retryAfter);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    askedAt: (path) => times.filter((_, index) => asked[index] === path),
    set: (path, ...next) => void bodies.set(path, next),
    moods: (path, ...next) => void moods.set(path, next),
  };
}
