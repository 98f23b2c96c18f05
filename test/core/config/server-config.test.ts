import { chmodSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { parseListen } from "../../../core/config/server-schema.js";
import { readServerConfig } from "../../../core/config/server-config.js";
import { folderOf, serverConfig, serverProblems } from "./reading.js";

const HOUR = 3_600_000;

test("a server config without keys is a working local mode", async (t) => {
  for (const text of ["", "# nothing yet\n", "{}"]) {
    const folder = folderOf(t, { "furrow.yaml": text });
    const file = join(folder, "furrow.yaml");
    t.same(await readServerConfig(file, {}), {
      config: {
        file,
        mode: "local",
        organization: "default",
        http: { listen: { host: "127.0.0.1", port: 3000 }, publicUrl: null, rateLimit: null },
        sqlite: { file: join(folder, "data/furrow.db") },
        node: { name: null, lease: 30_000 },
        project: join(folder, "project"),
        vars: {},
        channels: { email: { use: "outbox" } },
        retention: { outbox: 7 * 24 * HOUR, events: 30 * 24 * HOUR, refused: 7 * 24 * HOUR, idempotency: 24 * HOUR },
        language: "en",
      },
    });
  }
});

test("a cluster keeps everything in the replica set that its address names", async (t) => {
  const url = "mongodb+srv://furrow:secret@db.acme.example/acme?retryWrites=true";
  const config = await serverConfig(t, `mode: cluster\nmongodb: { url: "\${URL}" }\n`, { URL: url });
  t.equal(config.mode, "cluster");
  t.same(config.mode === "cluster" && config.mongodb, { url });
  t.notOk("sqlite" in config);
});

test("every key is read", async (t) => {
  const text = `
mode: local
organization: acme
http: { listen: "[::1]:0", publicUrl: "https://mail.acme.example/", rateLimit: pro }
sqlite: { file: /var/lib/furrow.db }
node: { name: one, lease: 12s }
project: ./project
vars: { shopUrl: "https://acme.example", empty: "" }
channels:
  email:
    use: sendgrid
    apiKey: SG.x
    from: Acme <hi@acme.example>
    replyTo: care@acme.example
    baseUrl: https://api.eu.sendgrid.com/
    concurrency: 4
    timeout: PT5S
  spare: { use: outbox }
retention: { outbox: 1w, events: 60d, refused: 1d, idempotency: 2d }
language: pt-BR
`;
  const config = await serverConfig(t, text);
  t.same(config.http, {
    listen: { host: "::1", port: 0 },
    publicUrl: "https://mail.acme.example",
    rateLimit: { perMinute: 250, perHour: 5_000 },
  });
  t.same(config.mode === "local" && config.sqlite, { file: "/var/lib/furrow.db" });
  t.same(config.node, { name: "one", lease: 12_000 });
  t.same(config.vars, { shopUrl: "https://acme.example", empty: "" });
  t.same(config.channels, {
    email: {
      use: "sendgrid",
      apiKey: "SG.x",
      from: "Acme <hi@acme.example>",
      replyTo: "care@acme.example",
      baseUrl: "https://api.eu.sendgrid.com",
      concurrency: 4,
      timeout: 5_000,
    },
    spare: { use: "outbox" },
  });
  t.same(config.retention, {
    outbox: 7 * 24 * HOUR,
    events: 60 * 24 * HOUR,
    refused: 24 * HOUR,
    idempotency: 48 * HOUR,
  });
  t.equal(config.language, "pt-BR");
});

test("rate limits: off, a profile, or own numbers", async (t) => {
  const limit = async (text: string) => (await serverConfig(t, `http: { rateLimit: ${text} }`)).http.rateLimit;
  t.equal(await limit("off"), null);
  t.same(await limit("starter"), { perMinute: 100, perHour: 1_000 });
  t.same(await limit("business"), { perMinute: 500, perHour: 10_000 });
  t.same(await limit("enterprise"), { perMinute: 1_000, perHour: 25_000 });
  t.same(await limit("{ perMinute: 3, perHour: 4 }"), { perMinute: 3, perHour: 4 });
});

test("an address to listen on", async (t) => {
  t.same(parseListen("127.0.0.1:3000"), { host: "127.0.0.1", port: 3000 });
  t.same(parseListen("localhost:0"), { host: "localhost", port: 0 });
  t.same(parseListen("[::]:65535"), { host: "::", port: 65_535 });
  for (const text of [
    "",
    "3000",
    ":3000",
    "localhost",
    "::1:3000",
    "[::1]",
    "a b:1",
    "host:65536",
    "host:-1",
    "host:1x",
  ]) {
    t.equal(parseListen(text), undefined, text);
  }
});

test("a file that is not there, is no text, or may not be read", async (t) => {
  const folder = folderOf(t, { "bad.yaml": Buffer.from([0xff]), "shut.yaml": "" });
  chmodSync(join(folder, "shut.yaml"), 0o000);
  const said = async (name: string) => {
    const read = await readServerConfig(join(folder, name), {});
    return "problems" in read
      ? read.problems.map(({ line, column, rule, message }) => ({ line, column, rule, message }))
      : [];
  };
  const at = { line: 1, column: 1 };
  t.same(await said("none.yaml"), [{ ...at, rule: "file-missing", message: "There is no server config here" }]);
  t.same(await said("bad.yaml"), [
    { ...at, rule: "file-unreadable", message: "The file cannot be read: it is no UTF-8 text" },
  ]);
  if (process.getuid?.() !== 0) {
    t.same(await said("shut.yaml"), [{ ...at, rule: "file-unreadable", message: "The file cannot be read: EACCES" }]);
  }
  t.same(await said(""), [{ ...at, rule: "file-unreadable", message: "The file cannot be read: EISDIR" }]);
});

test("a broken server config tells what the project can be read with", async (t) => {
  const folder = folderOf(t, {
    "furrow.yaml": 'nod: 1\nproject: ./mine\nlanguage: de\nvars: { hook: "${HOOK}" }\norganization: [a]',
  });
  const read = await readServerConfig(join(folder, "furrow.yaml"), {});
  t.match(read, {
    forProject: { project: join(folder, "mine"), organization: "default", language: "de", vars: { hook: String } },
  });
});

test("no secret is ever part of a problem", async (t) => {
  const canary = "SG.canary-9f3b";
  const env = { KEY: canary };
  const broken = [
    `channels: { email: { use: sendgrid, apiKey:${canary}, from: a@b.example } }`,
    `channels:\n  email:\n    use: sendgrid\n    apiKey:${canary}\n    from: x`,
    `channels: { email: { use: sendgrid, apiKey: *${canary} } }`,
    `channels: { email: { use: sendgrid, apiKey: !${canary} x } }`,
    `channels: { email: { use: sendgrid, apiKey: "${canary}" ${canary} } }`,
    `channels: { email: { use: sendgrid, apiKey: "\\q${canary}" } }`,
    `channels: { email: { use: sendgrid, apiKey: "${canary} } }`,
    `channels: { email: { use: sendgrid, apiKey: ["${canary}"], from: "${canary}" } }`,
    `"${canary}": 1\n"${canary}": 2`,
    `? [${canary}]\n: x`,
    `%${canary}\n---\na: 1`,
    ...["mode", "organization", "language", "project", "retention", "http", "vars", "channels"].map(
      (key) => `${key}: "\${KEY}"`,
    ),
    'http: { listen: "${KEY}", publicUrl: "${KEY}", rateLimit: "${KEY}" }',
    'http: { rateLimit: { perMinute: "${KEY}", perHour: "${KEY}" } }',
    'retention: { outbox: "${KEY}", idempotency: "${KEY}" }',
    'channels: { email: { use: "${KEY}", apiKey: "${KEY}${GONE}" } }',
    'channels: { email: { use: sendgrid, apiKey: "${KEY}", from: "${KEY}", replyTo: "${KEY}", baseUrl: "${KEY}", concurrency: "${KEY}", timeout: "${KEY}" } }',
    'vars: { a: "${file:${KEY}}" }',
  ];
  for (const text of broken) {
    const said = await serverProblems(t, text, env);
    if (!/^(organization): "/.test(text)) t.not(said, "", text);
    t.notMatch(said, /canary/, text);
  }
});
