import t from "tap";
import { Installation } from "./harness.js";

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
