import { createHmac } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import t from "tap";
import { serving, until } from "../core/cli/serving.js";
import { author, compilerConfig } from "./author.js";
import { installed, lend } from "./installed.js";

const welcome = `
name: Welcome
purpose: transactional
steps:
  - { id: hello, email: { subject: "Order {{ context.order }}", text: "Hello {{ contact.firstName }}" } }
`;
const looksAtExports = `
import assert from "node:assert/strict";
import * as api from "furrow";
import * as connectors from "furrow/connectors";
import * as testing from "furrow/testing";
console.log(JSON.stringify([api, connectors, testing].map((module) => Object.keys(module).sort())));
assert.throws(() => connectors.prove({ given: [], expected: [] }), api.Unauthorized);
assert.throws(() => connectors.jsonObject(Buffer.from("[]")), api.Malformed);
assert.equal(testing.sourceHome({ vars: { a: "b" } }).cel("vars.a", {}).run({}), "b");
`;

interface Listed {
  data: Record<string, string | null>[];
}

t.test("what the package holds is enough to write, try and use a plugin", async (t) => {
  const furrow = await installed(t);
  const { folder, sh } = furrow;
  const inFolder = (...path: string[]) => join(folder, ...path);
  const [makes, lints, tries] = blocks(chapter(), "sh");
  const run = async (block = "") => {
    const lines = block.trim().split("\n");
    for (const line of lines) await sh(line);
    return lines.length;
  };
  for (const name of ["sequences", "sources"]) mkdirSync(inFolder("project", name), { recursive: true });
  writeFileSync(inFolder("furrow.yaml"), 'http: { listen: "127.0.0.1:0" }\n');
  writeFileSync(inFolder("project", "sequences", "welcome.yaml"), welcome);

  await t.test("its exports are there, and an error is the same class wherever it comes from", async (t) => {
    writeFileSync(inFolder("exports.js"), looksAtExports);
    const [api, connectors, testing] = JSON.parse(await sh("node exports.js")) as string[][];
    t.same(
      api,
      ["Gone", "Malformed", "MappingFailed", "PlatformAway", "PlatformRefused", "Unauthorized"].concat(
        ...["definePlugin", "parseDuration", "parseJson"],
      ),
    );
    for (const name of ["bodyHmac", "hmac", "prove", "fresh", "jsonObject"]) t.ok(connectors?.includes(name), name);
    t.same(testing, ["connectorSuite", "pluginSuite", "requestOf", "sourceHome"]);
  });

  await t.test("a plugin is made, and its own tests pass", async (t) => {
    t.equal(await run(makes), 2);
    const told = await sh("cd project/sources/acme && node --test --test-reporter tap");
    t.match(told, /^# fail 0$/m);
    t.ok(Number(/^# pass (\d+)$/m.exec(told)?.[1]) > 20, "both suites ran");
    writeFileSync(inFolder("project", "sources", "acme", "connector.js"), "export const connector = () => ({});\n");
    await t.rejects(sh("cd project/sources/acme && node --test"), "a connector that proves nothing does not pass");
    await sh("rm -r project/sources/acme");
    await run(makes);
  });

  await t.test("the types are there, for TypeScript and for what was made", async (t) => {
    lend(furrow, "@types/node");
    writeFileSync(inFolder("author.ts"), author);
    writeFileSync(inFolder("tsconfig.json"), JSON.stringify(compilerConfig));
    t.equal(await sh(`node ${resolve("node_modules/typescript/bin/tsc")} --pretty false`), "");
  });

  await t.test("it is used as a file and as a package: what it lets in becomes mail", async (t) => {
    const made = readFileSync(inFolder("project", "sources", "acme", "README.md"), "utf8");
    cpSync(inFolder("project", "sources", "acme"), inFolder("node_modules", "furrow-plugin-acme"), { recursive: true });
    writeFileSync(inFolder("project", "sources", "acme.yaml"), blocks(chapter(), "yaml")[0] ?? "");
    const [fromFile, fromPackage = ""] = blocks(made, "yaml");
    t.match(fromFile, "use: ./acme/index.js");
    t.match(fromPackage, "use: npm:furrow-plugin-acme");
    writeFileSync(inFolder("project", "sources", "packaged.yaml"), fromPackage);
    t.equal(await run(lints), 1);

    const server = await serving(t, folder, furrow);
    const url = /http:\S+/.exec(server.out())?.[0] ?? server.err();
    t.equal(await run(tries), 2);
    const person = { email: "grace@example.com", firstName: "Grace" };
    const event = { id: "evt_2", type: "order.paid", at: new Date().toISOString(), person, order: { id: "1002" } };
    t.equal(await post(`${url}/webhooks/packaged`, event), 200);
    t.equal(await post(`${url}/webhooks/packaged`, event), 200);
    t.equal(await post(`${url}/webhooks/packaged`, event, "another secret"), 401);
    t.equal(await post(`${url}/webhooks/packaged`, { type: "order.paid" }), 400);
    t.equal(await post(`${url}/webhooks/packaged`, { ...event, id: "evt_3", order: {} }), 200);

    const list = async (line: string) => JSON.parse(await sh(`npx furrow ${line} --json`)) as Listed;
    const events = await until(
      () => list("events list"),
      ({ data }) => data.length === 3 && data.every(({ status }) => status !== "received"),
    );
    t.same(events.data.map(({ source, status, reason }) => [source, status, reason ?? "done"].join(" ")).sort(), [
      "acme processed done",
      "packaged dead mapping_error",
      "packaged processed done",
    ]);
    const mails = await until(
      () => list("outbox"),
      ({ data }) => data.length >= 2,
    );
    t.same(mails.data.map(({ subject, text }) => [subject, text].join(": ")).sort(), [
      "Order 1001: Hello Ada",
      "Order 1002: Hello Grace",
    ]);
    t.equal(await server.ended("SIGTERM"), 0);
  });
});

function chapter(): string {
  const [, text] = /\n## Write a plugin\n([^]*?)\n## /.exec(readFileSync("README.md", "utf8")) ?? [];
  return text ?? "";
}

/** The code of a README in this language. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code ?? "");
}

async function post(url: string, event: object, secret = "s3cret-of-acme"): Promise<number> {
  const body = JSON.stringify(event);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-acme-signature": signature };
  return (await fetch(url, { method: "POST", headers, body })).status;
}
