import { join } from "node:path";
import { test } from "tap";
import { readServerConfig } from "../../../core/config/server-config.js";
import { folderOf, serverConfig, serverProblems } from "./reading.js";

async function filled(
  t: Parameters<typeof serverConfig>[0],
  text: string,
  env: Record<string, string> = {},
): Promise<string | undefined> {
  return (await serverConfig(t, `vars: { x: '${text}' }`, env)).vars["x"];
}

test("variables and defaults", async (t) => {
  t.equal(await filled(t, "${A}", { A: "one" }), "one");
  t.equal(await filled(t, "<${A}-${B}>", { A: "one", B: "two" }), "<one-two>");
  t.equal(await filled(t, "${A}", { A: "" }), "", "an empty variable is set");
  t.equal(await filled(t, "${A:-two}", { A: "one" }), "one");
  t.equal(await filled(t, "${A:-two}"), "two");
  t.equal(await filled(t, "${A:-two}", { A: "" }), "two", "an empty variable takes the default");
  t.equal(await filled(t, "${A:-}"), "");
  t.equal(await filled(t, "${A:-a:-b c}"), "a:-b c");
  t.equal(await filled(t, "costs $5 {A}"), "costs $5 {A}");
});

test("what is filled in stays text and is not read again", async (t) => {
  t.equal(await filled(t, "${A}", { A: "${B}", B: "no" }), "${B}");
  t.equal(await filled(t, "${A}", { A: "5" }), "5");
  t.equal(await filled(t, "${A}", { A: "x: [1]\n- y" }), "x: [1]\n- y");
});

test("numbers may come from the environment", async (t) => {
  const text = 'http: { rateLimit: { perMinute: "${PER_MINUTE}", perHour: 100 } }';
  t.same((await serverConfig(t, text, { PER_MINUTE: "7" })).http.rateLimit, { perMinute: 7, perHour: 100 });
  t.match(
    await serverProblems(t, text, { PER_MINUTE: "x" }),
    "`http.rateLimit.perMinute` must be a number  (wrong-type)",
  );
});

test("files, without their last line break, from the folder of the server config", async (t) => {
  const folder = folderOf(t, {
    "furrow.yaml": 'vars: { near: "${file:secrets/key}", far: "${file:FAR}" }'.replace(
      "FAR",
      join(process.cwd(), "package.json"),
    ),
    "secrets/key": "first\nlast\n",
  });
  const read = await readServerConfig(join(folder, "furrow.yaml"), {});
  t.match(read, { config: { vars: { near: "first\nlast", far: /"name"/ } } });
});

test("a missing variable is one problem, not also a wrong value", async (t) => {
  const said = await serverProblems(
    t,
    'http: { listen: "${WHERE}" }\nchannels: { email: { use: sendgrid, apiKey: "${KEY}", from: a@b.example } }',
  );
  t.equal(
    said,
    [
      "furrow.yaml:1:17  `http.listen` needs the variable WHERE, which is not set  (interpolation)",
      "  Set WHERE, or give a default as ${WHERE:-…}",
      "furrow.yaml:2:45  `channels.email.apiKey` needs the variable KEY, which is not set  (interpolation)",
      "  Set KEY, or give a default as ${KEY:-…}",
    ].join("\n"),
  );
});
