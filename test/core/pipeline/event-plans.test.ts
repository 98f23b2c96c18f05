import { test } from "tap";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { booking, execute, SourceStage } from "./source-stage.js";

const day = 86_400_000;
const steps = [step.email("hello"), step.wait("pause", 30 * day), step.email("again")];
const welcome = sequenceOf(steps);
const news = sequenceOf(steps, { key: "news", id: "5e900000-0000-7000-8000-000000000009", purpose: "marketing" });

const of = async ({ engine }: SourceStage) =>
  (await engine.store.sendings.list(organization, {}, { page: 1, limit: 99 }, engine.clock.now())).items;
const people = async ({ engine }: SourceStage) =>
  (await engine.store.contacts.list(organization, {}, { page: 1, limit: 99 })).items;

test("a no to marketing stops marketing alone, and not knowing stops nothing", async (t) => {
  const stage = await SourceStage.start(t, [welcome, news]);
  const say = (sequence: string, consent: boolean | null, rule: string) =>
    stage.take({ commands: [execute({ sequence, consent, rule })] });
  await say("news", false, "a");
  await say("welcome", false, "b");
  await say("news", null, "c");
  await say("news", true, "d");
  t.same(await stage.said(), ["ignored no_consent", "processed", "processed", "processed"]);
  t.match((await stage.events())[0]?.notes, ["Rule a started nobody: the person has said no to marketing"]);
});

test("who has opted out is not written to by an event either", async (t) => {
  const stage = await SourceStage.start(t, [welcome, news]);
  await stage.take({ commands: [execute({ rule: "a" })] });
  const [ann] = await people(stage);
  await stage.engine.store.contacts.optOut(organization, ann!.id, stage.engine.clock.now());
  await stage.take({ commands: [execute({ sequence: "news", rule: "b" })] });
  t.same(await stage.said(), ["processed", "ignored no_consent"]);
});

test("an address that cannot be one, an unknown sequence and a paused one start nobody, and say so without naming anybody", async (t) => {
  const stage = await SourceStage.start(t, [welcome, news]);
  await stage.engine.publish(news, "paused");
  await stage.take({
    commands: [
      execute({ rule: "a", contact: { email: "ann at x" } }),
      execute({ rule: "b", sequence: "unknown" }),
      execute({ rule: "c", sequence: "news" }),
      execute({ rule: "d" }),
    ],
  });
  const [event] = await stage.events();
  t.match(event, { status: "processed", reason: "bad_address", executionIds: [/./] });
  t.same(event?.notes, [
    "Rule a started nobody: the address cannot be one",
    "Rule b started nobody: there is no sequence unknown",
    "Rule c started nobody: The sequence is paused; only an active one starts anybody",
  ]);
  t.equal((await of(stage)).length, 1);
});

test("a sequence that waits for its entity's times starts nobody without one", async (t) => {
  const stage = await SourceStage.start(t, [sequenceOf(steps, { needsEntity: true })]);
  await stage.take({ commands: [execute({ entity: null })] });
  t.same(await stage.said(), ["ignored sequence_refused"]);
  t.match((await stage.events())[0]?.notes, [/this call is about none/]);
});

test("a location and an employee are found by key, and the phone is read with the location's country", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const start = (email: string, phone: string, location: string | null, employee: string | null) =>
    stage.take({ commands: [execute({ contact: { email, phone }, entity: email, location, employee })] });
  await start("a@x.example", "030 1234567", "berlin", "eva");
  await start("b@x.example", "030 1234567", null, null);
  await start("c@x.example", "+46 70 174 06 05", "nowhere", "nobody");
  const phones = Object.fromEntries((await people(stage)).map(({ email, phone }) => [email, phone]));
  t.same(phones, { "a@x.example": "+49301234567", "b@x.example": "030 1234567", "c@x.example": "+46701740605" });
  const places = (await of(stage)).map(({ locationId, employeeId }) => [locationId, employeeId]);
  t.same(
    places.sort(),
    [
      ["l1", "e1"],
      [null, null],
      [null, null],
    ].sort(),
  );
});

test("one rule starts one run per entity and person, whatever the number of deliveries", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const one = execute();
  await stage.take({ id: "1", commands: [one, one] }, { id: "2", commands: [one] }, { id: "1", commands: [one] });
  t.same(await stage.said(), ["processed repeated", "ignored repeated"]);
  t.equal((await of(stage)).length, 1);
  await stage.take(
    { commands: [execute({ rule: "on[1]" })] },
    { commands: [execute({ entity: "order:2" })] },
    { commands: [execute({ contact: { email: "bo@x.example" } })] },
    { commands: [execute({ contact: { email: " ANN@x.example " } })] },
  );
  t.same((await stage.said()).slice(2), ["processed", "processed", "processed", "ignored repeated"]);
});

test("that a rule was not meant for an event is told only when nothing else is to be told", async (t) => {
  const stage = await SourceStage.start(t, [welcome, news]);
  const reason = "condition_false";
  await stage.take({ commands: [execute()], reason });
  await stage.take({ commands: [execute()], reason });
  await stage.take({ commands: [execute({ sequence: "news", consent: false, rule: "b" })], reason });
  await stage.take({ commands: [execute()], reason: "condition_error" });
  const said = ["processed condition_false", "ignored repeated", "ignored no_consent", "ignored condition_error"];
  t.same(await stage.said(), said);
});

test("a rule that names no entity starts a run per event, and none at a replay", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const one = execute({ entity: null });
  const [first] = await stage.take({ id: "1", commands: [one] }, { id: "2", commands: [one] }, { id: "1" });
  t.same(await stage.said(), ["processed", "processed"]);
  t.match(await stage.replay.one(organization, first!.id, false), { status: "ignored", reason: "repeated" });
  t.equal((await of(stage)).length, 2);
});

test("an entity that is over starts nobody but by the event that says so", async (t) => {
  for (const [word, status] of [
    ["booking.cancelled", "cancelled"],
    ["booking.noShow", "noShow"],
  ] as const) {
    const stage = await SourceStage.start(t, [welcome]);
    const start = (rule: string) => execute({ rule, entity: "booking:1" });
    await stage.take({ words: [word], commands: [booking({ status }, null), start("missed")] });
    await stage.take({ words: ["booking.created"], commands: [booking({ status: "booked" }), start("late")] });
    t.same(await stage.said(), ["processed", "ignored stale"], word);
    t.match((await stage.events())[1]?.notes, [/late started nobody: what it is about is cancelled/]);
  }
});

test("a start in the past is now, one in the future is waited for", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const now = stage.engine.clock.now();
  await stage.take({ commands: [execute({ startAt: now - day }), execute({ rule: "b", startAt: now + day })] });
  t.equal(stage.engine.channel.messages.length, 1);
  await stage.engine.scheduler.runUntil(now + day);
  t.equal(stage.engine.channel.messages.length, 2);
});
