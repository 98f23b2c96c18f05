import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import { patience } from "../../../core/http/listener.js";
import { api, type Api, type Reply } from "./api.js";
import { NOW, ORGANIZATION } from "./parts.js";
import { SECRET } from "./sources.js";

const PAGE = { page: 1, limit: 100 };

function signature(body: string | Buffer): string {
  return `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
}

function deliver({ call }: Api, body: string | Buffer, headers: Record<string, string> = {}): Promise<Reply> {
  const signed = { "x-hub-signature-256": signature(body), ...headers };
  return call("POST", "/webhooks/leads", undefined, { key: null, raw: body, headers: signed });
}

async function refused({ store }: Api, source = "leads") {
  return (await store.inbox.refused(ORGANIZATION, source, PAGE)).items;
}

async function kept({ store }: Api, source = "leads") {
  const { items } = await store.inbox.list(ORGANIZATION, { source }, PAGE);
  return Promise.all(items.map(({ id }) => store.inbox.get(ORGANIZATION, id)));
}

/** Says `text` to a server that listens, and answers all that it says until it hangs up. */
async function say(t: { teardown(end: () => unknown): void }, text: string, subject?: Api): Promise<string> {
  const { server } =
    subject ?? (await api(t, { patience: { ...patience, headers: 150, request: 200, checkEvery: 20 } }));
  const { port } = await server.start();
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.setEncoding("latin1").on("data", (part: string) => (heard += part));
  socket.on("error", () => undefined);
  socket.write(text);
  // Not `once` of events, which an error would end before the answer has been heard.
  await new Promise((resolve) => socket.on("close", resolve));
  return heard;
}

test("a delivery is kept as the bytes that came, whatever their type, and answered at once", async (t) => {
  const subject = await api(t);
  const body = '{ "email" : "ana@shop.example",\r\n "n": 12345678901234567890 }';
  for (const type of ["application/json", "text/xml; charset=utf-16", "multipart/form-data", "%%%", ""]) {
    const answer = await deliver(subject, body, { "content-type": type });
    t.match(answer, { status: 200, text: '{"received":true}', body: { received: true } }, type);
    t.match(answer.headers, { "x-request-id": /./, "cache-control": "no-store" });
  }
  const events = await kept(subject);
  t.equal(events.length, 5);
  for (const event of events) t.equal(Buffer.from(event?.body ?? []).toString(), body);
  t.equal(events[0]?.receivedAt, NOW);
});

test("a connector sees the public address of its door with the query as it came", async (t) => {
  const urls: string[] = [];
  const subject = await api(t);
  const { receive } = subject.sources;
  const { server } = await api(t, {
    sources: {
      ...subject.sources,
      receive: (source, request, remote) => {
        urls.push(request.url.href);
        return receive(source, request, remote);
      },
    },
  });
  await server.inject({ method: "POST", url: "/webhooks/leads?a=1&b=%20x&a=2", payload: "x" });
  await server.inject({ method: "POST", url: "/webhooks/leads/" });
  t.same(urls, ["https://furrow.example/webhooks/leads?a=1&b=%20x&a=2", "https://furrow.example/webhooks/leads"]);
});

test("whoever does not prove itself is refused with the reason, and that is kept", async (t) => {
  const subject = await api(t);
  const body = '{"email":"ana@shop.example"}';
  t.match(await deliver(subject, body, { "x-hub-signature-256": "" }), {
    status: 401,
    body: { error: "missing_signature" },
  });
  t.match(await deliver(subject, body, { "x-hub-signature-256": signature("other") }), {
    status: 401,
    body: { error: "bad_signature" },
  });
  t.match(await deliver(subject, "{"), { status: 400, body: { error: "malformed" } });
  t.same((await refused(subject)).map(({ reason }) => reason).sort(), [
    "bad_signature",
    "malformed",
    "missing_signature",
  ]);
  t.match((await refused(subject))[0], { remote: "127.0.0.1", at: NOW });
  t.same(await kept(subject), []);
});

test("an unknown source is 404, for every verb and however large its body", async (t) => {
  const { call } = await api(t);
  for (const name of ["nobody", "constructor", "__proto__", "%00"]) {
    for (const method of ["GET", "HEAD", "POST", "OPTIONS", "PROPFIND"]) {
      t.equal((await call(method, `/webhooks/${name}`, undefined, { key: null })).status, 404, `${method} ${name}`);
    }
  }
  const large = await call("POST", "/webhooks/nobody", undefined, { key: null, raw: Buffer.alloc(3 * 2 ** 20) });
  t.match(large, { status: 404, body: { error: { code: "NOT_FOUND" } } });
  for (const path of ["/webhooks", "/webhooks/", "/webhooks/leads/more"])
    t.equal((await call("POST", path)).status, 404);
});

test("a verb that the connector does not take is 405 with those that it takes", async (t) => {
  const { call } = await api(t);
  const cases: [string, string[], string][] = [
    ["leads", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PROPFIND"], "POST"],
    ["salon", ["GET", "OPTIONS", "PUT"], "HEAD, POST"],
    ["clouds", ["GET", "HEAD", "PUT"], "OPTIONS, POST"],
  ];
  for (const [name, methods, allow] of cases) {
    for (const method of methods) {
      const answer = await call(method, `/webhooks/${name}`, undefined, { key: null });
      t.match(answer, { status: 405, headers: { allow } }, `${method} ${name}`);
      if (method !== "HEAD") t.equal(answer.body.error.code, "METHOD_NOT_ALLOWED");
    }
  }
});

test("handshakes reach the connector: HEAD of Mindbody, OPTIONS of CloudEvents", async (t) => {
  const subject = await api(t);
  t.match(await subject.call("HEAD", "/webhooks/salon", undefined, { key: null }), { status: 200, text: "" });
  const headers = { "webhook-request-origin": "events.example", "webhook-request-rate": "120" };
  const asked = await subject.call("OPTIONS", "/webhooks/clouds", undefined, { key: null, headers });
  t.match(asked, {
    status: 200,
    text: "",
    headers: { "webhook-allowed-origin": "events.example", "webhook-allowed-rate": "120" },
  });
  t.same(await refused(subject, "salon"), []);
  t.same(await refused(subject, "clouds"), []);
});

test("more than 2 MB is 413 and kept as refused; just as much is not", async (t) => {
  const subject = await api(t);
  const body = Buffer.from('{"email":"ana@shop.example"}'.padEnd(2 * 2 ** 20, " "));
  t.equal((await deliver(subject, body)).status, 200);
  const answer = await deliver(subject, Buffer.concat([body, Buffer.from(" ")]), { "x-topic": "lead" });
  t.match(answer, { status: 413, body: { error: "too_large" } });
  t.match(await refused(subject), [{ reason: "too_large", headers: { "x-topic": "lead" } }]);
  t.notMatch((await refused(subject))[0]?.headers, { "x-hub-signature-256": /./ });
});

test("a body that does not say how large it is, is cut at 2 MB too", async (t) => {
  const subject = await api(t);
  const large = "x".repeat(3 * 2 ** 20);
  const head = "POST /webhooks/leads HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  const answer = await say(t, `${head}${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`, subject);
  t.match(answer, /^HTTP\/1\.1 413 [^]*too_large/);
  t.match(await refused(subject), [{ reason: "too_large" }]);
});

test("a header that came twice has both values; when it proves the sender, nobody is let in", async (t) => {
  const subject = await api(t);
  const body = '{"email":"ana@shop.example"}';
  const head = `POST /webhooks/leads HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`;
  const proof = `X-Hub-Signature-256: ${signature(body)}\r\n`;
  t.match(
    await say(t, `${head}X-Via: a\r\n${proof}x-via: b\r\nUser-Agent: c\r\nUser-Agent: d\r\n\r\n${body}`, subject),
    /^HTTP\/1.1 200/,
  );
  const [event] = await kept(subject);
  t.match(event?.headers, { "x-via": "a, b", "user-agent": "c, d" });
  await subject.server.stop(100);
  const twice = await api(t);
  t.match(await say(t, `${head}${proof}${proof}\r\n${body}`, twice), /^HTTP\/1.1 401 [^]*bad_signature/);
  t.same(await kept(twice), []);
  t.match(await refused(twice), [{ reason: "bad_signature" }]);
});

test("a bearer token that came twice is not the first of the two", async (t) => {
  const subject = await api(t);
  const body = '{"specversion":"1.0","id":"1","source":"/x","type":"y"}';
  const head = `POST /webhooks/clouds HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/cloudevents+json\r\nContent-Length: ${body.length}\r\n`;
  const proof = `Authorization: Bearer ${SECRET}\r\n`;
  t.match(await say(t, `${head}${proof}Authorization: Bearer other\r\n\r\n${body}`, subject), /^HTTP\/1.1 401 /);
  t.same(await kept(subject, "clouds"), []);
});

test("a body that never ends is ended by the listener", async (t) => {
  const answer = await say(t, "POST /webhooks/leads HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  t.match(answer, /^HTTP\/1\.1 408 [^]*REQUEST_TIMEOUT/);
});

test("a store that is away is 503 with Retry-After, and the platform tries again", async (t) => {
  const subject = await api(t);
  subject.store.inbox.accept = () => Promise.reject(new StoreUnavailable("SQLITE_BUSY"));
  const answer = await deliver(subject, '{"email":"ana@shop.example"}');
  t.match(answer, {
    status: 503,
    headers: { "retry-after": /^\d+$/ },
    body: { error: { code: "SERVICE_UNAVAILABLE" } },
  });
  t.match(subject.lines, [{ level: "warn", source: "leads", status: 503 }]);
  subject.store.inbox.refuse = () => Promise.reject(new StoreUnavailable("SQLITE_BUSY"));
  t.equal((await deliver(subject, Buffer.alloc(3 * 2 ** 20))).status, 503, "nor can a refusal be kept");
});

test("a connector that breaks is our fault, and says nothing of it", async (t) => {
  const subject = await api(t);
  const own = subject.sources.find("salon");
  if (own)
    own.connector.handshake = () => {
      throw new Error("secret detail");
    };
  const answer = await subject.call("POST", "/webhooks/salon", undefined, { key: null, raw: "{}" });
  t.match(answer, { status: 500, body: { error: { code: "INTERNAL_ERROR" } } });
  t.notMatch(answer.text, "secret detail");
});

test("the API's limits are not the doors', and neither are its keys", async (t) => {
  const subject = await api(t, { rateLimit: { perMinute: 1, perHour: 1 } });
  for (let n = 0; n < 5; n++) {
    const answer = await deliver(subject, '{"email":"ana@shop.example"}', { "x-api-key": "dem_wrong" });
    t.equal(answer.status, 200);
    t.equal(answer.headers["x-ratelimit-limit"], undefined);
  }
  t.equal((await subject.call("GET", "/events")).status, 200, "nothing was counted");
});

test("a stopped source answers 503, a paused one keeps", async (t) => {
  const subject = await api(t);
  await subject.call("PUT", "/sources/leads/stop");
  t.match(await deliver(subject, "{}"), { status: 503, headers: { "retry-after": "300" } });
  await subject.call("PUT", "/sources/leads/pause");
  t.equal((await deliver(subject, "{}")).status, 200);
  t.equal((await kept(subject)).length, 1);
});

test("the log names the source, and nothing that came", async (t) => {
  const subject = await api(t);
  const canary = "canary7f3a";
  const headers = { authorization: `Bearer ${canary}`, "x-hub-signature-256": canary };
  const raw = JSON.stringify({ email: `${canary}@shop.example` });
  await subject.call("POST", `/webhooks/leads?access_token=${canary}`, undefined, { key: null, raw, headers });
  await subject.call("POST", `/webhooks/clouds?access_token=${SECRET}`, undefined, { key: null, raw, headers });
  await subject.call("POST", `/webhooks/${canary}?token=${canary}`, undefined, { key: null, raw });
  t.match(subject.lines, [
    { route: "/webhooks/{source}", source: "leads", status: 401 },
    { source: "clouds", status: 400 },
    { status: 404, code: "NOT_FOUND" },
  ]);
  for (const secret of [canary, SECRET]) t.notMatch(JSON.stringify(subject.lines), secret);
});
