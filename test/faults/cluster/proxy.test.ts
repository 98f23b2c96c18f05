import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { resolve } from "node:path";
import { test, type Test } from "tap";
import { Proxy, type Cut } from "./proxy.js";

test("a proxy passes on what it is told, and cuts where it is told", async (t) => {
  const { port, heard } = await echo(t);
  const proxy = await Proxy.start(port);
  t.teardown(() => proxy.close());
  t.equal(await said(proxy.port, "hello"), "hello");
  const before: [Cut, string][] = [
    ["unsent", ""],
    ["half", "hel"],
    ["unanswered", "hello"],
  ];
  for (const [cut, arrived] of before) {
    heard.splice(0);
    proxy.order([cut]);
    t.equal(await said(proxy.port, "hello"), undefined, cut);
    t.equal(heard.join(""), arrived, cut);
  }
  t.equal(proxy.cuts, 3);
  t.equal(await said(proxy.port, "again"), "again");
});

test("a silent proxy keeps everything to itself, and later cuts who waits", async (t) => {
  const { port, heard } = await echo(t);
  const proxy = await Proxy.start(port);
  t.teardown(() => proxy.close());
  proxy.hush(true);
  const answer = said(proxy.port, "hello");
  await once(
    connect(proxy.port, "127.0.0.1").on("error", () => undefined),
    "connect",
  );
  proxy.hush(false);
  t.equal(await answer, undefined);
  t.same(heard, []);
});

test("a process can be led by another port, and to another time", async (t) => {
  const { port } = await echo(t);
  const ask = `
    import { connect } from "node:net";
    const socket = connect(1, "127.0.0.1", () => socket.end("hello"));
    socket.once("data", (chunk) => console.log(String(chunk), new Date() - performance.timeOrigin > 3_500_000, new Date(0).getTime()));
  `;
  const modules = ["detour", "skew"].map((name) => `--import=${resolve(`dist/test/faults/cluster/${name}.js`)}`);
  const child = spawn(process.execPath, [...modules, "--input-type=module", "-e", ask], {
    env: { ...process.env, DETOUR: JSON.stringify({ 1: port }), SKEW: "3600000" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, "close");
  t.equal(printed, "hello true 0\n");
});

/** A server that answers what it hears. */
async function echo(t: Test): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      heard.push(chunk.toString());
      socket.write(chunk);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, heard };
}

/** The answer to a word, or `undefined` when the connection broke. */
function said(port: number, word: string): Promise<string | undefined> {
  return new Promise((answered) => {
    const socket: Socket = connect(port, "127.0.0.1", () => socket.write(word));
    socket.once("data", (chunk) => {
      answered(chunk.toString());
      socket.destroy();
    });
    socket.once("error", () => undefined);
    socket.once("close", () => answered(undefined));
  });
}
