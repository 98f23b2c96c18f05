import { createHmac } from "node:crypto";
import t from "tap";
import { Installation, secret } from "./harness.js";

const welcome = `purpose: transactional
steps:
  - { id: a, email: { subject: "Hello {{ contact.firstName }}", text: x } }
`;
const from = (email: string, event = "*"): string =>
  `  on: [ { event: "${event}", execute: welcome, contact: { email: "${email}", firstName: "'Ann'" } } ]\n`;

t.test("what is no shop: signed in four ways, told twice, replayed", async (t) => {
  const app = await Installation.start(
    t,
    {
      standard: { use: "rest", connector: "standard-webhooks", options: from("event.data.email", "lead.created") },
      github: { use: "rest", connector: "github-style", options: from("event.email") },
      leads: { use: "rest", connector: "plain", options: `${from("event.email")}  dedupe: "string(event.id)"\n` },
      clouds: { use: "rest", connector: "cloudevents", options: from("event.data.email") },
    },
    { welcome },
  );
  const json = { "content-type": "application/json" };
  const lead = '{"type":"lead.created","data":{"email":"a@x.example"}}';
  const once = { ...json, "webhook-id": "msg_1", "webhook-timestamp": String(Math.floor(Date.now() / 1000)) };
  t.equal(await app.post("standard", lead, once), 200);
  t.equal(await app.post("standard", lead, once), 200, "a redelivery");
  t.equal(
    await app.post("github", '{"email":"b@x.example"}', {
      ...json,
      "x-github-event": "lead",
      "x-github-delivery": "1",
    }),
    200,
  );
  t.equal(await app.post("leads", '{"email":"c@x.example","id":7}', json), 200);
  t.equal(await app.post("leads", '{"email":"c@x.example","id":7}', json), 200, "by `dedupe`");
  const cloud = { specversion: "1.0", id: "1", source: "/x", type: "lead", data: { email: "d@x.example" } };
  t.equal(await app.post("clouds", JSON.stringify(cloud), { "content-type": "application/cloudevents+json" }), 200);
  t.equal(await app.post("leads", '{"email":"e@x.example"}', { ...json, "x-unsigned": "" }), 401);
  t.equal(await app.post("leads", "{", json), 400);
  t.strictSame(
    (await app.untilMessages(4)).sort(),
    ["a", "b", "c", "d"].map((name) => `${name}@x.example: Hello Ann`),
  );
  for (const name of ["standard", "github", "leads", "clouds"])
    t.strictSame(await app.events(name, 1), ["processed"], name);
  t.match(await app.refused("leads"), ["malformed", "missing_signature"]);
  const [event] = await app.wholeEvents("leads");
  t.match(await app.replay(String(event?.["id"]), true), { changed: false });
  t.match(await app.replay(String(event?.["id"]), false), { status: "ignored", reason: "repeated", executionIds: [] });
  t.equal((await app.messages()).length, 4, "nobody is mailed twice");
});

t.test("every way to send what is no shop's, and what comes of each", async (t) => {
  const app = await Installation.start(
    t,
    {
      standard: { use: "rest", connector: "standard-webhooks", options: from("event.email") },
      github: { use: "rest", connector: "github-style", options: from("event.email") },
      leads: { use: "rest", connector: "plain", options: from("event.email") },
      basic: { use: "rest", connector: "plain", options: `${from("event.email")}  auth: basic\n` },
      signed: { use: "rest", connector: "plain", options: `${from("event.email")}  auth: hmac\n` },
      clouds: { use: "rest", connector: "cloudevents", options: from("event.data.email") },
    },
    { welcome },
  );
  const now = Math.floor(Date.now() / 1000);
  const cloud = { specversion: "1.0", source: "/x", type: "lead" };
  const body = (name: string): string => `{"email":"${name}@x.example"}`;
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const basic = `Basic ${Buffer.from(secret).toString("base64")}`;
  const proof = `sha256=${createHmac("sha256", secret).update(body("signed")).digest("hex")}`;
  const binary = { "ce-specversion": "1.0", "ce-source": "/x", "ce-type": "lead", "ce-id": "2" };
  const batch = ["c", "d"].map((id) => ({ ...cloud, id, data: { email: `${id}@x.example` } }));
  const rows: [source: string, text: string, headers: Record<string, string>, status: number, events: string[]][] = [
    ["standard", body("svix"), { "svix-id": "m1", "svix-timestamp": String(now) }, 200, ["processed"]],
    ["standard", body("svix"), { "svix-id": "m1" }, 200, ["processed"]],
    ["github", body("ping"), { "x-github-event": "ping", "x-github-delivery": "1" }, 200, ["ignored test_event"]],
    ["leads", "email=form%40x.example", form, 200, ["processed"]],
    ["leads", "email=form%40x.example", form, 200, ["processed"]],
    ["basic", body("basic"), { "x-unsigned": "", authorization: basic }, 200, ["processed"]],
    ["basic", body("basic"), { "x-unsigned": "", authorization: `${basic}x` }, 401, ["processed"]],
    ["signed", body("signed"), { "x-unsigned": "", "x-hub-signature-256": proof }, 200, ["processed"]],
    ["clouds", body("binary"), binary, 200, ["processed"]],
    [
      "clouds",
      JSON.stringify(batch),
      { "content-type": "application/cloudevents-batch+json" },
      200,
      ["processed", "processed"],
    ],
    ["clouds", "{}", { "content-type": "application/cloudevents+json" }, 400, ["processed"]],
  ];
  for (const [source, text, headers, status, events] of rows) {
    t.equal(
      await app.post(source, text, { "content-type": "application/json", ...headers }),
      status,
      `${source} ${text}`,
    );
    await app.rest();
    t.strictSame(await app.last(source, events.length), events, `${source} ${text}`);
  }
  const greeted = ["basic", "binary", "c", "d", "form", "form", "signed", "svix"];
  t.strictSame(
    (await app.messages()).toSorted(),
    greeted.map((name) => `${name}@x.example: Hello Ann`),
    "each request is another matter, each delivery the same",
  );
  const asked = { "webhook-request-origin": "events.example", "webhook-request-rate": "120" };
  t.equal(await app.post("clouds", "", { ...asked, "x-unsigned": "" }, "OPTIONS"), 200);
  t.equal(await app.post("leads", "", { "x-unsigned": "" }, "PUT"), 405);
});
