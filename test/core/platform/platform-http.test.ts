import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "tap";
import { openSources } from "../../../core/platform/sources.js";
import { platformHttp, type PlatformClient } from "../../../core/platform/platform-http.js";
import { FakeClock } from "../../fakes/clock.js";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Test = { teardown(end: () => unknown): void };

async function client(t: Test, answer: Answer, folder = ""): Promise<{ http: PlatformClient; clock: FakeClock }> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const clock = new FakeClock();
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${folder}`;
  const http = platformHttp({ baseUrl, headers: { "x-key": "k" }, perSecond: Infinity }, clock);
  t.teardown(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  return { http, clock };
}

test("what is asked stays at the platform, below its folder, and loses no digit", async (t) => {
  const asked: unknown[] = [];
  const { http } = await client(
    t,
    ({ url, headers }, response) => {
      asked.push([url, headers["x-key"]]);
      response.end('{"id":12345678901234567890}');
    },
    "/shop",
  );
  t.same(await http.get("/wp-json/orders/1?a=b"), { id: "12345678901234567890" });
  t.same(await http.get("https://evil.example/shop/orders/2"), { id: "12345678901234567890" });
  t.strictSame(asked, [
    ["/shop/wp-json/orders/1?a=b", "k"],
    ["/shop/orders/2", "k"],
  ]);
});

test("each answer means what it means to an event", async (t) => {
  const now = new FakeClock().now();
  const cases: [
    status: number,
    headers: Record<string, string>,
    error: { name: string; message?: RegExp; retryAt?: number | null },
  ][] = [
    [404, {}, { name: "Gone" }],
    [410, {}, { name: "Gone" }],
    [401, {}, { name: "PlatformRefused", message: /credentials.*GET \/x: 401/ }],
    [403, {}, { name: "PlatformRefused" }],
    [302, { location: "https://evil.example/" }, { name: "PlatformRefused", message: /does not serve/ }],
    [429, { "retry-after": "7" }, { name: "PlatformAway", retryAt: now + 7_000 }],
    [503, { "retry-after": new Date(now + 60_000).toUTCString() }, { name: "PlatformAway" }],
    [500, {}, { name: "PlatformAway", retryAt: null }],
    [200, {}, { name: "PlatformAway", message: /no JSON/ }],
  ];
  for (const [status, headers, error] of cases) {
    const { http } = await client(t, (_, response) => void response.writeHead(status, headers).end("<html>"));
    await t.rejects(http.get("/x?email=ann@x.example"), error, String(status));
    await t.rejects(http.get("/x?email=ann@x.example"), { message: /^((?!ann@).)*$/ }, "nobody is named");
  }
});

test("a platform that is not there, or says more than anybody asks for, is asked again later", async (t) => {
  const { http } = await client(t, (_, response) => void response.end("x".repeat(3 * 2 ** 20)));
  await t.rejects(http.get("/x"), { name: "PlatformAway" });
  const nowhere = platformHttp({ baseUrl: "http://127.0.0.1:9", headers: {}, perSecond: 10 }, new FakeClock());
  t.teardown(() => nowhere.close());
  await t.rejects(nowhere.get("/x"), { name: "PlatformAway", message: /ECONNREFUSED/ });
});

test("calls keep the distance that the platform asks for", async (t) => {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const clock = new FakeClock();
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = platformHttp({ baseUrl, headers: {}, perSecond: 2 }, clock);
  t.teardown(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  await http.get("/1");
  const second = http.get("/2");
  t.equal(calls, 1);
  clock.advance(500);
  await second;
  t.equal(calls, 2);
});

test("a source without an api says so when it would be needed", async (t) => {
  const sources = openSources({ organization: "acme", sources: [], sequences: [], clock: new FakeClock() });
  await t.rejects(sources.http("shop").get("/x"), { name: "PlatformRefused", message: /shop has no `api`/ });
  t.strictSame(sources.exitsOn("order.paid"), []);
  await sources.close();
});
