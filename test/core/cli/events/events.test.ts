import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { fixture } from "../../../connectors/recordings.js";
import { serving, until } from "../serving.js";
import { documentOf, inFolder, installation } from "../sources-installation.js";

t.test("from a fixture at the door to an event that is read and replayed", async (t) => {
  const cwd = installation(t);
  await serving(t, cwd);
  const write = (name: string, content: unknown) => writeFileSync(join(cwd, name), JSON.stringify(content));
  write("lead.json", { headers: { "X-Topic": "lead" }, body: { email: "canary@shop.example" } });
  const answer = await documentOf(cwd, "events", "trigger", "leads", "lead.json");
  t.match(answer, {
    ...{ source: "leads", method: "POST", url: /^http:\/\/127\.0\.0\.1:\d+\/webhooks\/leads$/, status: 200 },
    ...{ headers: { "content-type": /json/ }, body: '{"received":true}' },
  });
  const list = await until(
    () => documentOf(cwd, "events", "list", "--source", "leads"),
    ({ data }) => data[0]?.status === "processed",
  );
  t.match(list.meta, { page: 1, total: 1 });
  const { id } = list.data[0];
  t.match(await documentOf(cwd, "events", "get", id), {
    id,
    body: '{"email":"canary@shop.example"}',
    headers: { "x-topic": "lead" },
  });
  const shown = (await inFolder(cwd, "events", "get", id)).out;
  for (const part of [/^status +processed$/m, /^x-topic +lead$/m, /\{"email":"canary@shop\.example"\}\n$/])
    t.match(shown, part);
  t.match((await inFolder(cwd, "events", "list")).out, new RegExp(`^${id} .* leads .* processed`, "m"));

  t.match(await documentOf(cwd, "events", "replay", id, "--dry-run"), {
    eventId: id,
    changed: false,
    status: "processed",
  });
  t.match(
    (await inFolder(cwd, "events", "replay", id, "--dry-run")).out,
    /^Before:\n {2}\{"do":"execute"[^]*^Would be:\n {2}\{"do"/m,
  );
  t.match(await documentOf(cwd, "events", "replay", id), { reason: "repeated", executionIds: [] });
  t.match((await inFolder(cwd, "events", "replay", id)).out, /^reason +repeated$[^]*^Now:\n/m);
  const all = ["events", "replay", "--source", "leads", "--status", "processed"];
  t.match(await documentOf(cwd, ...all, "--dry-run"), { matched: 1, people: 1, results: [{ eventId: id }] });
  t.match((await inFolder(cwd, ...all, "--confirm", "1")).out, /\n1 events with 1 people, replayed\.\n$/);
  t.equal((await inFolder(cwd, "events", "replay", "--status", "dead")).out, "0 events with 0 people, replayed.\n");
  t.match(await documentOf(cwd, "sendings", "list"), { meta: { total: 1 } });

  t.match(await inFolder(cwd, "events", "get", "x"), {
    code: 1,
    err: "There is no such event.\n`furrow events list` shows the ids.\n",
  });
  t.match(await inFolder(cwd, "events", "replay", "x"), { code: 1, err: /^There is no such event/ });
  t.match(await inFolder(cwd, "events", "list", "--from", "now"), {
    code: 64,
    err: /^--from must be an ISO 8601 time/,
  });
  t.match(await inFolder(cwd, "events", "replay", "--to", "now"), { code: 64, err: /^--to must be an ISO 8601 time/ });
});

t.test("what a source refuses, and who signs its address and its handshakes", async (t) => {
  const cwd = installation(t);
  await serving(t, cwd);
  writeFileSync(join(cwd, "payment.json"), JSON.stringify(fixture("square-payment.updated.json")));
  t.match(
    await documentOf(cwd, "events", "trigger", "till", "payment.json"),
    { status: 200 },
    "Square signs the address",
  );
  writeFileSync(
    join(cwd, "event.json"),
    '{"specversion":"1.0","id":"1","source":"/x","type":"y","data":{"email":"a@b.example"}}',
  );
  t.match(
    await documentOf(cwd, "events", "trigger", "clouds", "event.json"),
    { status: 200 },
    "the connector knows the type",
  );
  const handshake = { headers: { "WebHook-Request-Origin": "events.example" }, body: "" };
  writeFileSync(join(cwd, "hello.json"), JSON.stringify(handshake));
  const greeted = await documentOf(cwd, "events", "trigger", "clouds", "hello.json", "--method", "options");
  t.match(greeted, {
    method: "OPTIONS",
    status: 200,
    headers: { "webhook-allowed-origin": "events.example" },
    body: "",
  });

  t.match(await inFolder(cwd, "events", "trigger", "leads", "hello.json", "--method", "HEAD"), {
    ...{ code: 1, out: /^HEAD http\S+ was answered 405\.[^]*^allow +POST$/m },
    err: "The source answered 405.\nLeave --method out.\n",
  });
  writeFileSync(join(cwd, "broken"), "{");
  const broken = await inFolder(cwd, "events", "trigger", "leads", "broken", "--json");
  t.equal(broken.code, 1);
  t.match(JSON.parse(broken.out), { status: 400, body: '{"error":"malformed"}' });
  t.match(broken.err, /^The source answered 400\.\n/);
  const { url } = await documentOf(cwd, "events", "trigger", "till", "payment.json");
  await fetch(url, { method: "POST", body: "{}" });
  t.match((await documentOf(cwd, "events", "refused")).data, [
    { source: "till", reason: "missing_signature", remote: "127.0.0.1" },
    { source: "leads", reason: "malformed" },
  ]);
  t.match(await documentOf(cwd, "events", "refused", "--source", "till"), { meta: { total: 1 } });
  t.match((await inFolder(cwd, "events", "refused")).out, /^\S+ +leads +malformed +127\.0\.0\.1$/m);
  t.match(await inFolder(cwd, "events", "refused", "--source", "shop"), {
    code: 1,
    err: /^There is no such source\.\n/,
  });
});

t.test("sources are listed, paused, stopped and resumed beside the server, which hears of it", async (t) => {
  const cwd = installation(t);
  await serving(t, cwd);
  writeFileSync(join(cwd, "lead.json"), '{"email":"ana@shop.example"}');
  const { data } = await documentOf(cwd, "sources", "list");
  t.match(data, [
    { name: "clouds", use: "rest", connector: "cloudevents", status: "running", counts: { received: 0 } },
    { name: "leads" },
    { name: "till", use: "orders", connector: "square" },
  ]);
  t.match((await inFolder(cwd, "sources")).out, /^leads +rest +plain +running +0 /m);
  const status = () => inFolder(cwd, "events", "trigger", "leads", "lead.json");
  t.match(await documentOf(cwd, "sources", "stop", "leads"), { name: "leads", status: "stopped" });
  await until(status, ({ err }) => err.startsWith("The source answered 503.\nThe source is stopped"));
  t.match((await inFolder(cwd, "sources", "pause", "leads")).out, /^status +paused$[^]*^waiting +0$/m);
  await until(status, ({ code }) => code === 0);
  t.match(await documentOf(cwd, "events", "list"), { data: [{ status: "received" }] });
  t.match(await documentOf(cwd, "sources", "resume", "leads"), { status: "running" });
  await until(
    () => documentOf(cwd, "events", "list"),
    (list) => list.data[0].status === "processed",
  );
  t.match(await inFolder(cwd, "sources", "pause", "shop"), {
    code: 1,
    err: "There is no such source.\n`furrow sources` lists them.\n",
  });
});

t.test("a trigger that finds nobody", async (t) => {
  const cwd = installation(t);
  writeFileSync(join(cwd, "lead.json"), "{}");
  const trigger = (...more: string[]) => inFolder(cwd, "events", "trigger", ...more);
  t.match(await trigger("leads", "lead.json"), {
    code: 1,
    err: /^No server runs on .*furrow\.db\.\nStart one with `furrow serve`, or name another with --server URL\.\n$/,
  });
  const server = ["--server", "http://127.0.0.1:1"];
  t.match(await trigger("leads", "lead.json", ...server), {
    code: 1,
    err: /^The server at http:\/\/127\.0\.0\.1:1\/webhooks\/leads does not answer \(\w+/,
  });
  t.match(await trigger("laeds", "lead.json", ...server), {
    code: 1,
    err: 'There is no source "laeds".\nDid you mean "leads"?\n',
  });
  t.match(await trigger("leads", "nothing.json", ...server), {
    code: 1,
    err: /^The file nothing\.json cannot be read/,
  });
});

t.test("a replay that reaches more than a hundred people asks for their number", async (t) => {
  const cwd = installation(t);
  await serving(t, cwd);
  await documentOf(cwd, "sources", "pause", "clouds");
  const one = (n: number) => ({ specversion: "1.0", id: `${n}`, source: "/x", type: "y", email: `p${n}@shop.example` });
  const headers = { "content-type": "application/cloudevents-batch+json" };
  const body = Array.from({ length: 101 }, (_, n) => one(n));
  writeFileSync(join(cwd, "many.json"), JSON.stringify({ headers, body }));
  await documentOf(cwd, "events", "trigger", "clouds", "many.json");
  t.match(await inFolder(cwd, "events", "replay", "--source", "clouds"), {
    code: 1,
    err: "This would start something for 101 people.\nAdd --confirm 101.\n",
  });
  t.match(await documentOf(cwd, "events", "replay", "--source", "clouds", "--confirm", "101"), { matched: 101 });
});
