import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { test } from "tap";
import { createHttpServer } from "../../../core/http/server.js";
import { apiKey, KEY, keysOf, only, partsOf } from "./parts.js";
import type { Store } from "../../../core/contracts/store.js";

/** A server whose list of contacts is answered when the test says so. */
async function slow() {
  let answer = (): void => undefined;
  let asked = (): void => undefined;
  const underWay = new Promise<void>((resolve) => (asked = resolve));
  const contacts = only<Store["contacts"]>("contacts", {
    list: () =>
      new Promise((resolve) => {
        answer = () => resolve({ items: [], total: 0 });
        asked();
      }),
  });
  const server = await createHttpServer(partsOf({ store: { contacts } }));
  const { url } = await server.start();
  return { server, url, underWay, answer: () => answer() };
}

test("what is under way is answered, its connection closed, and nobody new let in", async (t) => {
  const { server, url, underWay, answer } = await slow();
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const request = get(`${url}/api/v1/contacts`, { headers: { "x-api-key": KEY }, agent });
  await underWay;
  const stopped = server.stop(5_000);
  const late = connect(Number(new URL(url).port), "127.0.0.1");
  const [refusal] = (await once(late, "error")) as [NodeJS.ErrnoException];
  t.equal(refusal.code, "ECONNREFUSED");
  answer();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  t.match(response, { statusCode: 200, headers: { connection: "close" } });
  response.resume();
  await stopped;
});

test("idle connections are closed at once", async (t) => {
  const { server, url } = await slow();
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const [response] = (await once(get(`${url}/health/live`, { agent }), "response")) as [IncomingMessage];
  await once(response.resume(), "end");
  const began = performance.now();
  await server.stop(5_000);
  t.ok(performance.now() - began < 2_000);
});

test("what does not finish is cut when the time is over", async (t) => {
  const { server, url, underWay } = await slow();
  const request = get(`${url}/api/v1/contacts`, { headers: { "x-api-key": KEY } });
  const cut = once(request, "error");
  await underWay;
  const began = performance.now();
  await server.stop(100);
  t.ok(performance.now() - began < 2_000);
  t.match(await cut, [{ code: "ECONNRESET" }]);
});

test("it has stopped when nothing of it will write to the store any more", async (t) => {
  const keys = keysOf(apiKey(KEY));
  const order: string[] = [];
  let write = (): void => undefined;
  keys.touch = () => new Promise((resolve) => (write = resolve));
  const server = await createHttpServer(partsOf({ store: { keys } }));
  await server.inject({ url: "/api/v1/locations", headers: { "x-api-key": KEY } });
  const stopped = server.stop(1_000).then(() => order.push("stopped"));
  await new Promise(setImmediate);
  order.push("written");
  write();
  await stopped;
  t.same(order, ["written", "stopped"]);
});

test("it listens where it is told, and says why when it cannot", async (t) => {
  const { server, url } = await slow();
  t.teardown(() => server.stop(100));
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const second = await createHttpServer(partsOf({ listen: { host: "127.0.0.1", port: Number(new URL(url).port) } }));
  await t.rejects(second.start(), /Cannot listen on 127\.0\.0\.1:\d+: another program listens there/);
  const nowhere = await createHttpServer(partsOf({ listen: { host: "192.0.2.1", port: 0 } }));
  await t.rejects(nowhere.start(), /Cannot listen on 192\.0\.2\.1:0: .*EADDRNOTAVAIL/);
});

test("an IPv6 address stands in brackets", async (t) => {
  const server = await createHttpServer(partsOf({ listen: { host: "::1", port: 0 } }));
  const { url } = await server.start();
  t.teardown(() => server.stop(100));
  t.match(url, /^http:\/\/\[::1\]:\d+$/);
  const [response] = (await once(get(`${url}/health/ready`), "response")) as [IncomingMessage];
  t.equal(response.resume().statusCode, 200);
});
