import { rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readServerFile } from "../../core/cli/server-file.js";
import { serving } from "../core/cli/serving.js";
import { Installation } from "./harness.js";
import { Seen } from "./seen.js";

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

const acme = `
const proof = (request) => request.headers["x-acme"] ?? "";
const refused = (reason) => Object.assign(new Error(reason), { name: "Unauthorized", reason });
export default {
  api: 1,
  name: "acme",
  options: {
    "~standard": {
      version: 1,
      vendor: "acme",
      validate: (value) => (typeof value?.token === "string" ? { value } : { issues: [{ message: "a token is missing", path: ["token"] }] }),
    },
  },
  connector: ({ token }) => ({
    verify(request) {
      if (proof(request) === "") throw refused("missing_signature");
      if (proof(request) !== token) throw refused("bad_signature");
    },
    receive: ({ body }) => {
      const payload = JSON.parse(Buffer.from(body).toString());
      return [{ id: payload.id, type: "lead", words: [], occurredAt: null, payload }];
    },
    sign: () => ({ "x-acme": token }),
  }),
  translate: ({ payload }) => ({
    commands: [
      {
        do: "execute", rule: "lead", sequence: "welcome", contact: { email: payload.email, firstName: "Ann" }, context: {},
        entity: null, location: null, employee: null, startAt: null, consent: null,
      },
    ],
    reason: null,
    notes: [],
  }),
};
`;

t.test("a plugin in a file beside its source, and every broken source in one list", async (t) => {
  const cwd = t.testdir({
    "furrow.yaml": 'http: { listen: "127.0.0.1:0" }\nsqlite: { file: ./furrow.db }\nproject: ./project\n',
    project: {
      sequences: { "welcome.yaml": `name: Welcome\n${welcome}` },
      sources: {
        "acme.js": acme,
        "leads.yaml": "use: ./acme.js\noptions: { token: knock }\n",
        "broken.yaml": "use: ./acme.js\noptions: {}\n",
        "other.yaml": "use: npm:nobody-made-this\n",
      },
    },
  });
  const refused = await serving(t, cwd);
  t.equal(await refused.ended("SIGTERM"), 3);
  t.match(
    refused.err(),
    /broken\.yaml:2:10 {2}a token is missing[^]*other\.yaml:1:6 {2}The package `nobody-made-this`/,
  );
  for (const name of ["broken", "other"]) rmSync(join(cwd, "project", "sources", `${name}.yaml`));
  const server = await serving(t, cwd);
  const entry = readServerFile(join(cwd, "furrow.db"));
  if (!entry) throw new Error(`The server did not start:\n${server.err()}`);
  const knock = async (token: string, id: string) => {
    const answer = await fetch(`${entry.url}/webhooks/leads`, {
      method: "POST",
      headers: { "x-acme": token },
      body: JSON.stringify({ id, email: `${id}@x.example` }),
    });
    return answer.status;
  };
  t.strictSame([await knock("knock", "a"), await knock("kick", "b"), await knock("knock", "a")], [200, 401, 200]);
  const seen = new Seen(entry.url, entry.token);
  t.strictSame(await seen.untilMessages(1), ["a@x.example: Hello Ann"]);
  t.strictSame(await seen.refused("leads"), ["bad_signature"]);
});
