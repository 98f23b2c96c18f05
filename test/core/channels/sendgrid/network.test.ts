import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import t, { type Test } from "tap";
import type { Outcome } from "../../../../core/contracts/channel.js";
import { message } from "../../../../core/contracts/suites/channel.js";
import { FakeClock } from "../../../fakes/clock.js";
import { presets, type Preset } from "../../../fakes/sendgrid-behaviour.js";
import { startFakeSendgrid } from "../../../fakes/sendgrid.js";
import { until } from "../until.js";
import { openFake, openSendgrid } from "./open.js";

/** A port that takes connections and never says a word. */
async function silence(t: Test): Promise<{ port: number; connections: Set<Socket> }> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => void connections.add(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections };
}

void t.test("every behaviour of the far end has its outcome, after one request", async (t) => {
  const expected: Record<Preset, Outcome["status"]> = {
    accepted: "accepted",
    sandbox: "accepted",
    "400": "rejected",
    "401": "deferred",
    "403": "deferred",
    "404": "rejected",
    "405": "rejected",
    "406": "rejected",
    "413": "rejected",
    "429": "deferred",
    "429-without-reset": "deferred",
    "429-retry-after": "deferred",
    "451": "rejected",
    "500": "uncertain",
    "502": "uncertain",
    "503": "uncertain",
    "504": "uncertain",
    teapot: "uncertain",
    html: "uncertain",
    redirect: "uncertain",
    "wrong-content-type": "uncertain",
    slow: "accepted",
    hang: "uncertain",
    drip: "accepted",
    flood: "uncertain",
    "reset-before-body": "uncertain",
    "reset-after-body": "uncertain",
    "close-after": "accepted",
    garbage: "uncertain",
  };
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url, { timeout: 1500 });
  for (const [index, preset] of (Object.keys(presets) as Preset[]).entries()) {
    fake.behave({ rules: [{ do: preset }] });
    t.equal((await send(preset)).status, expected[preset], preset);
    t.equal(fake.journal().length, index + 1, `one request: ${preset}`);
  }
});

void t.test("a rate limit's end reaches the caller", async (t) => {
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url);
  fake.behave({ rules: [{ do: "429" }] });
  const outcome = await send("one");
  const wait = (outcome.limit?.resetAt ?? NaN) - Date.now();
  t.ok(wait > 25_000 && wait <= 31_000, `${wait}`);
});

void t.test("nothing was sent where nobody listens", async (t) => {
  const fake = await startFakeSendgrid();
  await fake.close();
  const { send } = await openSendgrid(t, fake.url);
  t.same(await send("one"), { status: "deferred", reason: "Nothing was sent to SendGrid: ECONNREFUSED" });
});

void t.test("nothing was sent to a name that does not resolve", async (t) => {
  const { send } = await openSendgrid(t, `http://${"x".repeat(64)}.invalid`);
  t.match(await send("one"), { status: "deferred", reason: /^Nothing was sent to SendGrid: (?:ENOTFOUND|EAI_\w+)$/ });
});

void t.test("nothing was sent when TLS fails", async (t) => {
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url.replace("http:", "https:"));
  t.match(await send("one"), { status: "deferred", reason: /^Nothing was sent to SendGrid: \w+$/ });
  t.same(fake.journal(), []);
});

void t.test("a call that is cut while it connects is deferred", async (t) => {
  const { port, connections } = await silence(t);
  const clock = new FakeClock();
  const { channel, send } = await openSendgrid(t, `https://127.0.0.1:${port}`, { clock });
  const late = send("late");
  const giveUp = new AbortController();
  const given = channel.send(message("given"), giveUp.signal);
  await until(() => connections.size === 2);
  giveUp.abort();
  t.same(await given, { status: "deferred", reason: "Nothing was sent to SendGrid: aborted" });
  clock.advance(5000);
  t.same(await late, { status: "deferred", reason: "Nothing was sent to SendGrid: timeout" });
});

void t.test("a call that is cut while it waits for a connection is deferred, and never leaves", async (t) => {
  const fake = await openFake(t);
  const clock = new FakeClock();
  const { channel, send } = await openSendgrid(t, fake.url, { clock, concurrency: 1 });
  fake.behave({ rules: [{ do: "hang", nth: [1] }] });
  const first = send("first");
  await until(() => fake.journal().length === 1);
  const giveUp = new AbortController();
  const second = channel.send(message("second"), giveUp.signal);
  const third = send("third");
  const other = await openSendgrid(t, fake.url);
  t.match(await other.send("other"), { status: "accepted" }, "a connection more would have been made by now");
  giveUp.abort();
  t.same(await second, { status: "deferred", reason: "Nothing was sent to SendGrid: aborted" });
  clock.advance(5000);
  t.match(await first, { status: "uncertain", reason: /timeout/ });
  t.same(await third, { status: "deferred", reason: "Nothing was sent to SendGrid: timeout" });
  t.match(await send("fourth"), { status: "accepted" });
  t.same(
    fake.journal().map(({ attemptId }) => attemptId),
    ["first", "other", "fourth"],
  );
});

void t.test("a request on a kept connection that breaks is not made again", async (t) => {
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url, { concurrency: 1 });
  fake.behave({ rules: [{ do: "reset-after-body", nth: [2] }] });
  t.match(await send("one"), { status: "accepted" });
  t.match(await send("two"), { status: "uncertain", reason: /^The connection to SendGrid gave no answer: \w+$/ });
  t.match(await send("three"), { status: "accepted" });
  t.same(
    fake.journal().map(({ attemptId }) => attemptId),
    ["one", "two", "three"],
  );
});

void t.test("connections that close under load cost no message and double none", async (t) => {
  const fake = await openFake(t);
  const { send } = await openSendgrid(t, fake.url, { concurrency: 4 });
  fake.behave({ seed: 5, rules: [{ do: "close-after", probability: 0.3 }] });
  const names = Array.from({ length: 200 }, (_, index) => `close-${index}`);
  const outcomes = await Promise.all(names.map((name) => send(name)));
  const arrived = fake.journal().map(({ attemptId }) => attemptId);
  t.equal(new Set(arrived).size, arrived.length, "none twice");
  for (const [index, { status }] of outcomes.entries()) {
    if (status === "accepted") t.ok(arrived.includes(names[index] ?? ""), "accepted, so it arrived");
    else t.equal(status, "uncertain");
  }
});

void t.test("after its end the channel sends nothing", async (t) => {
  const fake = await openFake(t);
  const { channel, send } = await openSendgrid(t, fake.url);
  await channel.close();
  t.match(await send("one"), { status: "deferred" });
  t.same(fake.journal(), []);
});
