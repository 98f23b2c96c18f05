import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import t from "tap";
import type { Message, Outcome } from "../../../../core/contracts/channel.js";
import { hostileParts } from "../../../../core/contracts/suites/channel.js";
import { FakeClock } from "../../../fakes/clock.js";
import { presets, type Preset } from "../../../fakes/sendgrid-behaviour.js";
import { startFakeSendgrid } from "../../../fakes/sendgrid.js";
import { until } from "../until.js";
import { KEY, openFake, openSendgrid } from "./open.js";

/** What @sendgrid/mail 8.1.6 and the axios under it do wrong, and this channel must not. */

/** Runs send-one.js; resolves with what it printed. */
async function sendOne(
  url: string,
  { cwd = process.cwd(), env = {}, key = KEY },
): Promise<{ outcome: Outcome; stderr: string }> {
  const script = fileURLToPath(new URL("send-one.js", import.meta.url));
  const child = spawn(process.execPath, [script, url, key], { cwd, env: { ...process.env, ...env } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  if (stdout === "") throw new Error(`send-one.js printed nothing: ${stderr}`);
  return { outcome: JSON.parse(stdout) as Outcome, stderr };
}

void t.test("headers of a message do not become headers of the request", async (t) => {
  const seen: IncomingHttpHeaders[] = [];
  const fake = await openFake(t, { onRequest: (headers) => void seen.push(headers) });
  const { send } = await openSendgrid(t, fake.url);
  t.match(await send("one", { headers: { "X-Note": "n", "List-Id": "l", "x-content-type": "text/plain" } }), {
    status: "accepted",
  });
  t.same(Object.keys(seen[0] ?? {}).sort(), [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
  ]);
  t.equal(seen[0]?.authorization, `Bearer ${KEY}`);
  t.same(fake.journal()[0]?.headers, { "X-Note": "n", "List-Id": "l", "x-content-type": "text/plain" });
});

void t.test("what could smuggle a header is refused before a request is made, without quoting it", async (t) => {
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url);
  const providersOwn: [string, Partial<Message>][] = [
    ["SendGrid's id", { headers: { "X-SG-EID": "1" } }],
    ["SendGrid's old interface", { headers: { "x-smtpapi": "{}" } }],
  ];
  for (const [what, part] of [...hostileParts(), ...providersOwn]) {
    const outcome = await send("one", part);
    t.match(outcome, { status: "rejected" }, what);
    t.notMatch(inspect(outcome), /eve@|EVIL|\\r|\\n/, what);
  }
  t.same(fake.journal(), []);
});

void t.test("an error answer ends a call in a folder whose name is no regular expression", async (t) => {
  const fake = await openFake(t);
  const root = await mkdtemp(join(tmpdir(), "furrow-"));
  t.teardown(() => rm(root, { recursive: true }));
  const cwd = join(root, "c++ [x", "app");
  await mkdir(cwd, { recursive: true });
  fake.behave({ rules: [{ do: "400" }] });
  t.match((await sendOne(fake.url, { cwd })).outcome, { status: "rejected", reason: /^SendGrid answered 400/ });
  fake.behave({ rules: [{ do: "503" }] });
  t.match((await sendOne(fake.url, { cwd })).outcome, { status: "uncertain" });
});

void t.test("no proxy of the environment sees a message", async (t) => {
  const fake = await openFake(t);
  const proxy = await openFake(t);
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
  const env = {
    ...Object.fromEntries(names.map((name) => [name, proxy.url])),
    NODE_USE_ENV_PROXY: "1",
    NO_PROXY: "",
    no_proxy: "",
  };
  t.match((await sendOne(fake.url, { env })).outcome, { status: "accepted" });
  t.equal(fake.journal().length, 1);
  t.same(proxy.journal(), []);
});

void t.test("nothing is written to the terminal, whatever the key and the contents", async (t) => {
  const fake = await openFake(t);
  t.same(await sendOne(fake.url, { key: "a-key-without-its-prefix" }), {
    outcome: { status: "deferred", reason: "SendGrid answered 401: Permission denied, wrong credentials", pause: {} },
    stderr: "",
  });
});

void t.test("a redirect is not followed", async (t) => {
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url);
  fake.behave({ rules: [{ do: "redirect" }] });
  t.same(await send("one"), { status: "uncertain", reason: "SendGrid answered 307" });
  t.equal(fake.journal().length, 1);
});

void t.test("a body that drips does not outlast the deadline", async (t) => {
  const fake = await openFake(t);
  const clock = new FakeClock();
  const { send } = await openSendgrid(t, fake.url, { clock });
  fake.behave({ rules: [{ do: { do: "drip", everyMs: 5 } }] });
  let outcome: Outcome | undefined;
  void send("one").then((ended) => (outcome = ended));
  await until(() => fake.journal().length === 1);
  clock.advance(4999);
  t.equal(outcome, undefined);
  clock.advance(1);
  await until(() => outcome !== undefined);
  t.match(outcome, { status: /accepted|uncertain/ });
});

void t.test("an answer of a gigabyte is not read to its end", async (t) => {
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url);
  fake.behave({ rules: [{ do: "flood" }] });
  const before = process.memoryUsage().rss;
  t.match(await send("one"), { status: "uncertain" });
  t.ok(process.memoryUsage().rss - before < 200_000_000);
  fake.behave({ rules: [] });
  t.match(await send("two"), { status: "accepted" });
});

void t.test("neither the key nor the person nor the message is in what comes out", async (t) => {
  const fake = await startFakeSendgrid();
  const echo = JSON.stringify({
    errors: [{ message: `Bearer ${KEY} may not write to ann@example.com`, field: "to" }],
    request: "Hello Ann",
  });
  const ends: Preset[] = [
    "400",
    "401",
    "403",
    "404",
    "429",
    "500",
    "502",
    "html",
    "garbage",
    "reset-before-body",
    "reset-after-body",
  ];
  const { send, log, channel } = await openSendgrid(t, fake.url);
  const out: unknown[] = [log.lines, channel];
  for (const preset of ends) {
    fake.behave({ rules: [{ do: preset }] });
    out.push(await send(preset));
    const behaviour = presets[preset];
    if (behaviour.do !== "answer") continue;
    fake.behave({ rules: [{ do: { ...behaviour, body: echo } }] });
    out.push(await send(preset));
  }
  out.push(await send("one", { subject: 7 as never }), await send("two", { text: {} as never }));
  await fake.close();
  out.push(await send("three"));
  const told = `${inspect(out, { depth: 9, showHidden: true })}${JSON.stringify(out)}`;
  for (const secret of [KEY, "of+this=test", "ann@example.com", "Hello Ann", "Hello\\nAnn"])
    t.notOk(told.includes(secret), secret);
  t.match(told, "may not write to");
});
