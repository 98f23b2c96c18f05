import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "tap";
import { patience } from "../../../core/http/listener.js";
import { createHttpServer } from "../../../core/http/server.js";
import { keptLog, KEY, partsOf } from "./parts.js";

const HEAD = `POST /api/v1/contacts HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\n`;

type Ends = { teardown(end: () => unknown): void };

/** A server with little patience, and a way to say something to it that answers all that it says until it hangs up. */
async function listening(t: Ends) {
  const quick = { ...patience, headers: 150, request: 300, checkEvery: 20, silence: 5_000 };
  const log = keptLog();
  const server = await createHttpServer(partsOf({ patience: quick, log }));
  const { port } = await server.start();
  t.teardown(() => server.stop(1_000));
  const open = async (): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  };
  const say = async (...parts: string[]): Promise<string> => {
    const socket = await open();
    for (const part of parts) socket.write(part);
    return heard(socket);
  };
  return { server, log, open, say };
}

async function heard(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  // Not `once` of events, which an error would end before the answer has been heard.
  await new Promise((resolve) => socket.on("error", () => undefined).on("close", resolve));
  return text;
}

const enveloped = (code: string): RegExp =>
  new RegExp(`Connection: close[^]*X-Request-Id: \\S+[^]*\\{"error":\\{"code":"${code}"`, "i");

test("headers that never end", async (t) => {
  const { say } = await listening(t);
  const answer = await say("GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  t.match(answer, /^HTTP\/1\.1 408 /);
  t.match(answer, enveloped("REQUEST_TIMEOUT"));
});

test("a connection that says nothing", async (t) => {
  const { say } = await listening(t);
  t.match(await say(), /^HTTP\/1\.1 408 /);
});

test("a body that never ends", async (t) => {
  const { say } = await listening(t);
  for (const body of [
    "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
  ]) {
    const answer = await say(HEAD + body);
    t.match(answer, /^HTTP\/1\.1 408 /);
    t.match(answer, enveloped("REQUEST_TIMEOUT"));
  }
});

test("a body that drips", async (t) => {
  const { open } = await listening(t);
  const socket = await open();
  socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
  const drip = setInterval(() => socket.write(" "), 10);
  const answer = await heard(socket);
  clearInterval(drip);
  t.match(answer, /^HTTP\/1\.1 408 /);
});

test("a body that is refused before it came: the answer waits for it, but not for ever", async (t) => {
  const { say, open } = await listening(t);
  for (const head of [
    "POST /api/v1/contacts HTTP/1.1\r\nHost: x\r\n",
    "POST /nothing HTTP/1.1\r\nHost: x\r\n",
    "PUT /api/v1/contacts HTTP/1.1\r\nHost: x\r\n",
  ]) {
    t.match(await say(`${head}Content-Length: 100\r\n\r\n`), /^HTTP\/1\.1 408 /, head);
  }
  const socket = await open();
  socket.write("POST /api/v1/contacts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n");
  setTimeout(() => socket.write("late"), 50);
  t.match(await heard(socket), /^HTTP\/1\.1 401 /, "a client that sends head and body apart gets its answer");
});

test("a client that waits for leave to send its body is refused at once", async (t) => {
  const { say } = await listening(t);
  const answer = await say(
    "POST /api/v1/contacts HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
  );
  t.match(answer, /^HTTP\/1\.1 401 /);
});

test("a body that is too large without having said so is answered once it has passed", async (t) => {
  const { say } = await listening(t);
  const large = " ".repeat(6 * 2 ** 20);
  const head = `${HEAD}Connection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const answer = await say(`${head}${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`);
  t.match(answer, /^HTTP\/1\.1 413 [^]*"code":"PAYLOAD_TOO_LARGE"/);
});

test("what is no HTTP", async (t) => {
  const { say } = await listening(t);
  const cases: [string, string, RegExp, string][] = [
    ["noise", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", /^HTTP\/1\.1 400 /, "VALIDATION_ERROR"],
    [
      "a header with a space in its name",
      "GET / HTTP/1.1\r\nHost: x\r\nA B: 1\r\n\r\n",
      /^HTTP\/1\.1 400 /,
      "VALIDATION_ERROR",
    ],
    [
      "huge headers",
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
      "HEADERS_TOO_LARGE",
    ],
    [
      "length and chunks",
      `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
      "VALIDATION_ERROR",
    ],
    [
      "two lengths",
      `${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
      /^HTTP\/1\.1 400 /,
      "VALIDATION_ERROR",
    ],
    ["a broken chunk", `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /^HTTP\/1\.1 400 /, "VALIDATION_ERROR"],
  ];
  for (const [name, text, status, code] of cases) {
    const answer = await say(text);
    t.match(answer, status, name);
    t.match(answer, enveloped(code), name);
  }
});

test("a verb or a path that nobody knows is answered all the same", async (t) => {
  const { say } = await listening(t);
  t.match(
    await say("TRACE /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    /^HTTP\/1\.1 405 [^]*Allow: GET, HEAD/i,
  );
  t.match(
    await say("GET /u/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    /^HTTP\/1\.1 400 [^]*X-Request-Id/i,
  );
  t.match(
    await say("GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    /^HTTP\/1\.1 400 [^]*X-Request-Id/i,
  );
});

test("requests in a row on one connection are answered in order", async (t) => {
  const { say } = await listening(t);
  const live = "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Request-Id: ";
  const answer = await say(`${live}one\r\n\r\n`, `${live}two\r\nConnection: close\r\n\r\n`);
  t.match(answer, /200 OK[^]*X-Request-Id: one[^]*200 OK[^]*X-Request-Id: two/i);
});

test("a client that hangs up hurts nobody", async (t) => {
  const { open, server, log } = await listening(t);
  for (let n = 0; n < 20; n++) {
    const socket = await open();
    socket.write(`${HEAD}Content-Length: 100\r\n\r\n{`);
    socket.resetAndDestroy();
  }
  t.equal((await server.inject("/health/live")).statusCode, 200);
  t.same(
    log.lines.filter(({ level }) => level !== "info"),
    [],
    "it is no failure of ours",
  );
});
