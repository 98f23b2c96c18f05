import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { patience } from "../../core/http/listener.js";
import { Pulse } from "./pulse.js";
import type { Random } from "./random.js";
import { Siege, type SiegeReport } from "./siege.js";

const dripEvery = 100;
/** Beyond the server's own patience: it looks each second, and has other things to do. */
const slack = 5_000;
const liveWithin = 500;

export interface AbuseReport extends SiegeReport {
  /** Connections that said one letter and no more, all open at once. */
  idle: number;
  /** Answers to what is no HTTP, or no HTTP that anybody should send, by status; 0: closed without one. */
  refused: Record<string, number>;
  /** Requests that came in a row on one connection, and were answered in a row. */
  pipelined: number;
  /** Milliseconds until the last idle or dripping connection was closed. */
  closedAfter: { idle: number; headers: number; bodies: number | null };
  /** Milliseconds of the slowest `/health/live` meanwhile. */
  slowestLive: number;
}

/**
 * Opens `size` connections that say next to nothing and a tenth as many that drip, and sends nonsense, while callers go on. Without `bodies`, which
 * take twenty seconds, only headers drip.
 */
export async function abuse({
  size,
  seed,
  bodies = true,
}: {
  size: number;
  seed: number;
  bodies?: boolean;
}): Promise<AbuseReport> {
  return Siege.report({ seed }, async (siege) => {
    const port = Number(new URL(siege.server.url).port);
    const pulse = new Pulse(siege.server.url);
    pulse.begin();
    try {
      const [few, fewer] = [Math.ceil(size / 10), Math.ceil(size / 100)];
      const [idle, headers, dripping, refused, pipelined] = await Promise.all([
        slowest(size, () => closed(port, "G")),
        slowest(few, () => closed(port, "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a")),
        bodies ? slowest(few, () => closed(port, headOf(siege.workspace.key, 1_000_000), " ")) : null,
        nonsense(fewer, port, siege.random),
        inARow(fewer, port),
      ]);
      expectClosed(siege, "idle connections", idle, patience.headers);
      expectClosed(siege, "dripping headers", headers, patience.headers);
      if (dripping !== null) expectClosed(siege, "dripping bodies", dripping, patience.request);
      siege.expect(pipelined === fewer * pipelineLength, `of requests in a row ${pipelined} were answered`);
      const strange = Object.keys(refused).filter((status) => !/^(0|4\d\d)$/.test(status));
      siege.expect(strange.length === 0, `nonsense was answered ${strange.join(", ")}`);
      siege.expect(pulse.missed === 0, `${pulse.missed} times the server did not say that it lives`);
      siege.expect(pulse.slowest < liveWithin, `the server took ${pulse.slowest} ms to say that it lives`);
      const closedAfter = { idle, headers, bodies: dripping };
      return { idle: size, refused, pipelined, closedAfter, slowestLive: pulse.slowest };
    } finally {
      await pulse.end();
    }
  });
}

function expectClosed(siege: Siege, what: string, took: number, allowed: number): void {
  siege.expect(took <= allowed + slack, `${what} were closed after ${took} ms, not ${allowed}`);
}

function headOf(key: string, length: number): string {
  return (
    `POST /api/v1/sequences/retry/execute HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{`
  );
}

/** A few at a time: more than 511 that have yet to be accepted the operating system puts off. */
async function slowest(count: number, one: () => Promise<number>): Promise<number> {
  const all: Promise<number>[] = [];
  for (let begun = 0; begun < count; begun++) {
    all.push(one());
    if (begun % 20 === 0) await pause(25);
  }
  return Math.max(...(await Promise.all(all)));
}

/** Says `first`, then `drip` again and again; answers the milliseconds until the server closes. */
async function closed(port: number, first: string, drip = ""): Promise<number> {
  const socket = await open(port);
  const from = performance.now();
  socket.write(first);
  const dripping = drip === "" ? undefined : setInterval(() => socket.write(drip), dripEvery);
  const forgotten = setTimeout(() => socket.destroy(), 2 * patience.request);
  await heard(socket);
  clearInterval(dripping);
  clearTimeout(forgotten);
  return performance.now() - from;
}

const live = "GET /health/live HTTP/1.1\r\nHost: x\r\n";
const openings: readonly string[] = [
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "GET /health/live HTTP/9.9\r\nHost: x\r\n\r\n",
  `${live}A: ${"a".repeat(20_000)}\r\n\r\n`,
  `${live}${"A: b\r\n".repeat(4_000)}\r\n`,
  `${live}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `${live}Content-Length: -1\r\n\r\n`,
  `${live}Transfer-Encoding: gzip, chunked, identity\r\n\r\nzz\r\n`,
  `POST /api/v1/contacts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
  "TRACE /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  "CONNECT example.com:80 HTTP/1.1\r\nHost: x\r\n\r\n",
  "GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  "GET /u/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
];

/** Everything in `openings` `count` times, and as often bytes by chance. Half of the clients hang up at once. */
async function nonsense(count: number, port: number, random: Random): Promise<Record<string, number>> {
  const texts = Array.from({ length: count }, () => [...openings, noise(random)]).flat();
  const statuses = await Promise.all(
    texts.map(async (text) => {
      const stays = random.next() < 0.5;
      const socket = await open(port);
      socket.write(text, "latin1");
      if (stays) return /^HTTP\/1\.1 (\d+)/.exec(await heard(socket))?.[1] ?? "0";
      socket.resetAndDestroy();
      return undefined;
    }),
  );
  const all = Map.groupBy(
    statuses.filter((status) => status !== undefined),
    (status) => status,
  );
  return Object.fromEntries([...all].map(([status, { length }]) => [status, length]));
}

function noise(random: Random): string {
  return `${Array.from({ length: 200 }, () => String.fromCharCode(random.between(0, 255))).join("")}\r\n\r\n`;
}

const pipelineLength = 100;

async function inARow(count: number, port: number): Promise<number> {
  const answers = Array.from({ length: count }, async () => {
    const socket = await open(port);
    socket.write(`${`${live}\r\n`.repeat(pipelineLength - 1)}${live}Connection: close\r\n\r\n`);
    return (await heard(socket)).match(/HTTP\/1\.1 200 /g)?.length ?? 0;
  });
  return (await Promise.all(answers)).reduce((sum, answered) => sum + answered, 0);
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  return socket;
}

/** All that the server says before it closes. */
async function heard(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  // A reset is an end like any other.
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return text;
}
