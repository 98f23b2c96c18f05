import { request } from "undici";
import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import { api, type Api } from "./api.js";
import { links, ORGANIZATION } from "./parts.js";

const STRANGER = links.token("5e900000-0000-7000-8000-0000000000ff");

async function mailed({ call }: Api) {
  const { data } = (await call("POST", "/sequences/news/execute", { contacts: [{ email: "ana@shop.example" }] })).body;
  const [{ contactId, sendingId }] = data.results as [{ contactId: string; sendingId: string }];
  const unsubscribed = async () => (await call("GET", `/contacts/${contactId}`)).body.data.unsubscribed as boolean;
  const status = async () => (await call("GET", `/sendings/${sendingId}`)).body.data.status as string;
  return { contactId, path: `/u/${links.token(sendingId)}`, unsubscribed, status };
}
const bare = { key: null };

test("contract §10: GET shows a page that asks, and changes nothing", async (t) => {
  const subject = await api(t);
  const { path, unsubscribed, status } = await mailed(subject);
  for (const method of ["GET", "HEAD", "GET"]) t.equal((await subject.call(method, path, undefined, bare)).status, 200);
  const page = await subject.call("GET", path, undefined, bare);
  t.match(page.headers, {
    ...{
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-robots-tag": /noindex/,
      "referrer-policy": "no-referrer",
    },
    ...{
      "content-security-policy": /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
      "x-content-type-options": "nosniff",
    },
  });
  t.notOk(page.headers["set-cookie"]);
  t.match(page.text, /<html lang="en">.*<h1>.*<form method="post"><button type="submit">Unsubscribe<\/button><\/form>/);
  t.notMatch(page.text, /ana@|<script|href=|src=/);
  t.equal(await unsubscribed(), false);
  t.equal(await status(), "pending");
});

test("contract §10: POST opts out at once, whatever its body, and as often as one likes", async (t) => {
  const bodies: [string, string][] = [
    ["application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"],
    [
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
    ["", ""],
    ["text/plain", "x"],
    ["not a type", "%%%"],
  ];
  for (const [type, body] of bodies) {
    const subject = await api(t);
    const { path, unsubscribed, status } = await mailed(subject);
    for (let n = 0; n < 2; n++) {
      const done = await subject.call("POST", path, undefined, {
        ...bare,
        raw: body,
        headers: type === "" ? {} : { "content-type": type },
      });
      t.match(done, { status: 200, text: /You are unsubscribed/ }, type);
      t.notOk(done.headers["location"] ?? done.headers["set-cookie"]);
    }
    t.equal(await unsubscribed(), true, type);
    t.equal(await status(), "cancelled");
  }
});

test("a mailer's one-click request over the wire", async (t) => {
  const subject = await api(t);
  const { path, unsubscribed } = await mailed(subject);
  const { url } = await subject.server.start();
  const answer = await request(url + path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  t.equal(answer.statusCode, 200);
  await answer.body.dump();
  t.equal(await unsubscribed(), true);
});

test("a token that is none, or forged by a bit, is a page that says so", async (t) => {
  const subject = await api(t);
  const { path, unsubscribed } = await mailed(subject);
  const last = path.at(-1) === "A" ? "B" : "A";
  for (const wrong of ["/u/x", `${path.slice(0, -1)}${last}`, `${path}x`, "/u/%00", `/u/${"x".repeat(5_000)}`]) {
    for (const method of ["GET", "POST"]) {
      const answer = await subject.call(method, wrong, undefined, bare);
      t.match(
        answer,
        { status: 404, headers: { "content-type": "text/html; charset=utf-8" }, text: /not valid/ },
        `${method} ${wrong.slice(0, 50)}`,
      );
    }
  }
  t.equal(
    (await subject.call("POST", `/u/${STRANGER}`, undefined, bare)).status,
    404,
    "a token for a sending that is not here",
  );
  t.equal(await unsubscribed(), false);
});

test("somebody who is gone is told what they asked for", async (t) => {
  const subject = await api(t);
  const { path, contactId } = await mailed(subject);
  await subject.call("POST", `/contacts/${contactId}/erase`);
  t.equal((await subject.call("GET", path, undefined, bare)).status, 200);
  t.match(await subject.call("POST", path, undefined, bare), { status: 200, text: /You are unsubscribed/ });
});

test("a large body is 413", async (t) => {
  const subject = await api(t);
  const { path } = await mailed(subject);
  t.equal((await subject.call("POST", path, undefined, { ...bare, raw: "x".repeat(65 * 1024) })).status, 413);
});

test("the page speaks the reader's language, else the server's, else English", async (t) => {
  const french = await api(t, { language: "fr" });
  const { path } = await mailed(french);
  const lang = async (header?: string) => {
    const { text } = await french.call("GET", path, undefined, {
      ...bare,
      headers: header === undefined ? {} : { "accept-language": header },
    });
    return /<html lang="(\w+)">/.exec(text)?.[1];
  };
  t.equal(await lang("de-AT,de;q=0.9,en;q=0.8"), "de");
  t.equal(await lang("ja, es;q=0.5"), "es");
  t.equal(await lang(), "fr");
  t.equal(await lang("__proto__"), "fr");
  const finnish = await api(t, { language: "fi" });
  t.match((await finnish.call("GET", (await mailed(finnish)).path, undefined, bare)).text, /<html lang="en">/);
});

test("a store that is away: a page that says so, and the one-click request is tried again", async (t) => {
  const subject = await api(t);
  const { path } = await mailed(subject);
  subject.store.contacts.optOut = () => Promise.reject(new StoreUnavailable("locked"));
  t.match(await subject.call("POST", path, undefined, bare), {
    status: 503,
    headers: { "retry-after": "5" },
    text: /try again/,
  });
  t.match(subject.lines.at(-1), { level: "warn", status: 503 });
  subject.store.contacts.optOut = () => Promise.reject(new Error("boom"));
  t.match(await subject.call("POST", path, undefined, bare), {
    status: 500,
    body: { error: { code: "INTERNAL_ERROR" } },
  });
  t.equal((await subject.store.contacts.list(ORGANIZATION, {}, { page: 1, limit: 1 })).items[0]?.unsubscribed, false);
});
