import { rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readServerFile } from "../../core/cli/server-file.js";
import { serving } from "../core/cli/serving.js";
import { Seen } from "./seen.js";

const welcome = `name: Welcome
purpose: transactional
steps:
  - { id: a, email: { subject: "Hello {{ contact.firstName }}", text: x } }
`;

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
      sequences: { "welcome.yaml": welcome },
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
