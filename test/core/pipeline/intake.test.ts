import { test } from "tap";
import { Gone, MappingFailed, PlatformAway, PlatformRefused } from "../../../core/contracts/errors.js";
import type { Command } from "../../../core/contracts/plugin.js";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { booking, execute, SourceStage } from "./source-stage.js";

const hour = 3_600_000;
const day = 24 * hour;
const welcome = sequenceOf([step.email("hello"), step.wait("pause", 30 * day), step.email("again")]);

test("the door keeps what is proven, once, and what is refused with its reason", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  t.equal(await stage.post({ id: "1" }), 200);
  t.equal(await stage.post({ id: "1" }), 200);
  t.equal(await stage.post({}), 200);
  t.equal(await stage.post({}), 200, "without an id each is an event of its own");
  t.equal(await stage.post("nothing"), 200);
  t.equal(await stage.post({}, { "x-ping": "1" }), 204);
  t.equal((await stage.events()).length, 3);
  t.equal(await stage.post("{", { "x-signature": "right", "x-any": "is hush", authorization: "Bearer a" }), 400);
  t.equal(await stage.post({}, {}), 401);
  for (let n = 0; n < 40; n++) t.equal(await stage.post({}, { "x-signature": "wrong" }), 401);
  const { items, total } = await stage.engine.store.inbox.refused(organization, "shop", { page: 1, limit: 100 });
  t.equal(total, 30, "a minute's worth");
  t.match(items.at(-1), { reason: "malformed", remote: "127.0.0.1", headers: {} });
  t.strictSame([...new Set(items.map(({ reason }) => reason))].sort(), [
    "bad_signature",
    "malformed",
    "missing_signature",
  ]);
  const [event] = await stage.events();
  const whole = await stage.engine.store.inbox.get(organization, event?.id ?? "");
  t.match(whole, { headers: {}, query: "a=1" });
  t.notMatch(JSON.stringify(items), /hush|Bearer|right/);
});

test("a paused source keeps, a stopped one refuses, and a resumed one catches up", async (t) => {
  const stage = await SourceStage.start(t, [welcome], { status: "paused" });
  t.strictSame(await stage.take({ commands: [execute()] }).then(() => stage.said()), ["received"]);
  t.match(await stage.desk.get(organization, "shop"), { status: "paused", counts: { waiting: 1 } });
  await stage.desk.setStatus(organization, "shop", "stopped");
  t.equal(await stage.post({}), 503);
  t.match(await stage.desk.setStatus(organization, "shop", "running"), { name: "shop", status: "running" });
  await stage.work();
  t.strictSame(await stage.said(), ["processed"]);
  t.strictSame(await stage.desk.list("stranger"), []);
  await t.rejects(stage.desk.get("stranger", "shop"), { code: "NOT_FOUND" });
});

test("an event starts its sequence once, for whom it names, where it says", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const command = execute({
    contact: { email: "Ann@x.example", phone: "030 1234567" },
    location: "berlin",
    employee: "eva",
  });
  const [event] = await stage.take({ id: "1", commands: [command] });
  await stage.take({ id: "2", commands: [command] });
  t.strictSame(await stage.said(), ["processed", "ignored repeated"]);
  t.equal(stage.engine.channel.messages.length, 1);
  const { items } = await stage.engine.store.contacts.list(organization, {}, { page: 1, limit: 9 });
  t.match(items, [{ email: "ann@x.example", phone: "+49301234567", locationId: "l1" }]);
  t.equal(event?.executionIds.length, 1);
});

test("what an event leaves out is told", async (t) => {
  const marketing = sequenceOf([step.email("hello")], {
    key: "news",
    id: "5e900000-0000-7000-8000-000000000009",
    purpose: "marketing",
  });
  const stage = await SourceStage.start(t, [welcome, marketing]);
  await stage.engine.publish(marketing, "paused");
  await stage.take(
    { commands: [execute({ sequence: "nothing" })] },
    { commands: [execute({ sequence: "news", consent: false })] },
    { commands: [execute({ sequence: "news" })] },
    { commands: [execute({ contact: { email: "no address" } })] },
    { commands: [], reason: "condition_false" },
    { commands: [] },
    { trial: "test", commands: [execute()] },
    { trial: "sample", commands: [execute()] },
    { occurredAt: stage.engine.clock.now() - 4 * day, commands: [execute()] },
  );
  t.strictSame(await stage.said(), [
    "ignored sequence_refused",
    "ignored no_consent",
    "ignored sequence_refused",
    "ignored bad_address",
    "ignored condition_false",
    "ignored no_rule",
    "ignored test_event",
    "ignored test_event",
    "ignored too_old",
  ]);
  t.equal(stage.engine.channel.messages.length, 0);
});

test("with testMode a test counts, made-up people never", async (t) => {
  const stage = await SourceStage.start(t, [welcome], { testMode: true });
  await stage.take({ trial: "test", commands: [execute()] }, { trial: "sample", commands: [execute()] });
  t.strictSame(await stage.said(), ["processed", "ignored test_event"]);
});

test("a cancellation ends what the entity started, and its own rules run", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  await stage.take({ commands: [booking(), execute({ entity: "booking:1" })] });
  const cancelled = booking({ status: "cancelled" }, null);
  await stage.take({
    words: ["booking.cancelled"],
    commands: [
      cancelled,
      { do: "cancel", entity: "booking:1", reason: "x" },
      execute({ rule: "on[1]", entity: "booking:1" }),
    ],
  });
  await stage.take({ commands: [execute({ rule: "on[2]", entity: "booking:1" })] });
  t.strictSame(await stage.said(), ["processed", "processed", "ignored stale"]);
  const { items } = await stage.engine.store.sendings.list(
    organization,
    {},
    { page: 1, limit: 9 },
    stage.engine.clock.now(),
  );
  t.strictSame(items.map(({ state }) => state).sort(), ["cancelled", "open"]);
});

test("a sequence leaves at an event of its entity", async (t) => {
  const stage = await SourceStage.start(t, [welcome], { exits: { "booking.moved": [welcome.id] } });
  await stage.take({ commands: [booking(), execute({ entity: "booking:1" })] });
  await stage.take({ words: ["booking.moved"], commands: [booking()] });
  const { items } = await stage.engine.store.sendings.list(
    organization,
    {},
    { page: 1, limit: 9 },
    stage.engine.clock.now(),
  );
  t.match(items, [{ state: "cancelled", reason: "by_entity" }]);
});

test("a person is forgotten", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  await stage.take({ commands: [execute()] }, { commands: [{ do: "redact", email: "ann@x.example" }] });
  t.match(await stage.engine.store.contacts.list(organization, {}, { page: 1, limit: 9 }), { total: 0 });
});

test("whoever ordered is forgotten, whatever address that was under", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const known = booking({ email: "ann@x.example" });
  const data = { id: "1", email: "Ann@x.example" };
  await stage.take({ commands: [{ ...known, data } as Command, execute({ entity: "booking:1" })] });
  const about = (entity: string): Command => ({ do: "redactAbout", entity });
  await stage.take({ commands: [about("booking:1"), about("booking:9")] });
  await stage.take({ commands: [about("booking:1")] });
  t.match(await stage.engine.store.contacts.list(organization, {}, { page: 1, limit: 9 }), { total: 0 });
  t.match(await stage.engine.store.inbox.entity(organization, "shop", "booking:1"), { data: {} });
  t.strictSame(await stage.said(), ["processed", "processed", "ignored no_rule"], "nobody is named any more");
});

test("a platform that cannot be asked is asked again, until it is given up", async (t) => {
  let failures = 0;
  const retryAt = (now: number): number => now + 90_000;
  const stage: SourceStage = await SourceStage.start(t, [welcome], {
    fetch: (event) => {
      failures += 1;
      if (failures === 1) throw new PlatformAway("busy", retryAt(stage.engine.clock.now()));
      if (failures === 2) throw new PlatformAway("away", null);
      return Promise.resolve(event);
    },
  });
  await stage.take({ commands: [execute()] });
  t.strictSame(await stage.said(), ["received fetch_failed"]);
  stage.engine.clock.advance(89_000);
  await stage.work();
  t.equal(failures, 1, "not before the platform wants to be asked");
  for (let n = 0; n < 3; n++) {
    stage.engine.clock.advance(5_000);
    await stage.work();
  }
  t.strictSame(await stage.said(), ["processed"]);
  failures = 1;
  const away = await SourceStage.start(t, [welcome], { fetch: () => Promise.reject(new PlatformAway("away", null)) });
  await away.take({ commands: [execute()] });
  for (let n = 0; n < 25; n++) {
    away.engine.clock.advance(hour);
    await away.work();
  }
  t.strictSame(await away.said(), ["dead fetch_failed"]);
});

test("what is gone, refused, unmappable or broken ends at once", async (t) => {
  const causes = [
    new Gone("gone"),
    new PlatformRefused("401"),
    new MappingFailed("no email"),
    new TypeError("a bug of Ann@x.example"),
  ];
  const stage = await SourceStage.start(t, [welcome], {
    translate() {
      throw causes.shift() ?? new Error("none left");
    },
  });
  for (let n = 0; n < 4; n++) await stage.take({});
  t.strictSame(await stage.said(), ["ignored gone", "dead fetch_failed", "dead mapping_error", "dead mapping_error"]);
  t.notMatch((await stage.events()).at(-1)?.notes, [/Ann/]);
});
