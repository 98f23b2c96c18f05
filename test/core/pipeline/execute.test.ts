import t from "tap";
import { engineOf, organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const ann = "ann@acme.example";
const hello = sequenceOf([step.email("hello")]);

const keyed = (fingerprint = "f1") => ({ idempotency: { key: "k1", fingerprint: () => fingerprint } });

t.test("an unknown sequence is not found", async (t) => {
  const engine = await engineOf(t, hello);
  await t.rejects(engine.call([ann], { sequence: "nope" }), { code: "NOT_FOUND" });
  await t.rejects(engine.call([ann], { organization: "other" }), { code: "NOT_FOUND" });
});

for (const status of ["draft", "paused", "archived"] as const) {
  t.test(`a sequence that is ${status} starts nobody`, async (t) => {
    const engine = await engineOf(t, hello, { status });
    await t.rejects(engine.call([ann]), { code: "SEQUENCE_NOT_ACTIVE", details: { status } });
  });
}

t.test("a sequence without steps starts nobody", async (t) => {
  const engine = await engineOf(t, sequenceOf([]));
  await t.rejects(engine.call([ann]), { code: "SEQUENCE_EMPTY" });
});

t.test("nobody eligible: refused with the results, nothing written", async (t) => {
  const engine = await engineOf(t, hello);
  const refusal = {
    code: "NO_ELIGIBLE_CONTACTS",
    details: { results: [{ email: "bad", status: "invalid", contactId: null }] },
  };
  await t.rejects(engine.call(["bad"]), refusal);
  t.equal((await engine.file.contacts.list(organization, {}, { page: 1, limit: 9 })).total, 0);
});

t.test("the same key and call is answered as before, byte for byte, and rings again", async (t) => {
  const engine = await engineOf(t, hello);
  const call = { organization, sequence: "welcome", source: "api", contacts: [{ email: ann }], ...keyed() };
  const first = await engine.execute.run(call);
  engine.scheduler.rings.clear();
  const second = await engine.execute.run({ ...call, sequence: hello.id });
  t.same(second, { body: first.body, replayed: true });
  t.equal(engine.scheduler.rings.size, 1);
  await engine.scheduler.ringDue();
  t.equal(engine.channel.messages.length, 1);
});

t.test("a replay is answered also when the sequence has been paused since", async (t) => {
  const engine = await engineOf(t, hello);
  await engine.call([ann], keyed());
  await engine.publish(hello, "paused");
  t.equal((await engine.call([ann], keyed())).sendingsCreated, 1);
});

t.test("the key of another call is refused, now and in a race", async (t) => {
  const engine = await engineOf(t, hello);
  const [one, other] = await Promise.allSettled([engine.call([ann], keyed("f1")), engine.call([ann], keyed("f2"))]);
  t.equal(one.status, "fulfilled");
  t.match(other, { status: "rejected", reason: { code: "IDEMPOTENCY_KEY_REUSED" } });
  await t.rejects(engine.call([ann], keyed("f2")), { code: "IDEMPOTENCY_KEY_REUSED" });
});

t.test("calls that race with one key make one execution", async (t) => {
  const engine = await engineOf(t, hello);
  const answers = await Promise.all(Array.from({ length: 8 }, () => engine.call([ann], keyed())));
  t.equal(new Set(answers.map(({ executionId }) => executionId)).size, 1);
  // By then they are no crowd any more.
  engine.clock.advance(25);
  await engine.scheduler.ringDue();
  t.equal(engine.channel.messages.length, 1);
});

t.test("without a key two calls are two executions", async (t) => {
  const engine = await engineOf(t, hello);
  await engine.call([ann]);
  await engine.call([ann]);
  await engine.scheduler.ringDue();
  t.equal(engine.channel.messages.length, 2);
});

t.test("a dry run tells what would happen, and writes, keeps and rings nothing", async (t) => {
  const engine = await engineOf(t, hello);
  const answer = await engine.call([ann, "bad"], { dryRun: true, ...keyed() });
  t.match(answer, { executionId: null, contactsProcessed: 1, sendingsCreated: 1 });
  t.match(answer.results, [{ status: "queued", contactId: null }, { status: "invalid" }]);
  t.equal(engine.scheduler.rings.size, 0);
  t.equal((await engine.file.contacts.list(organization, {}, { page: 1, limit: 9 })).total, 0);
  t.equal(await engine.file.executions.answered(organization, "k1"), undefined);
});

t.test("a start in the future waits, one in the past is now", async (t) => {
  const engine = await engineOf(t, hello);
  const now = engine.clock.now();
  await engine.call([ann], { scheduledAt: now + 60_000 });
  await engine.call(["ben@acme.example"], { scheduledAt: now - 60_000 });
  await engine.scheduler.ringDue();
  t.same(
    engine.channel.messages.map(({ to }) => to.email),
    ["ben@acme.example"],
  );
  await engine.scheduler.runUntil(now + 60_000);
  t.equal(engine.channel.messages.length, 2);
});

t.test("a cool-down refuses those who were here, until it is over", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")], { reentry: { cooldown: 60_000 } }));
  await engine.call([ann]);
  const again = await engine.call([ann, "ben@acme.example"]);
  t.match(again, { contactsProcessed: 2, sendingsCreated: 1 });
  t.match(again.results[0], { status: "cooldown", reason: "cooldown" });
  engine.clock.advance(60_000);
  t.equal((await engine.call([ann])).sendingsCreated, 1);
});

t.test("a sequence that follows an entity is started by events only", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")], { needsEntity: true }));
  for (const dryRun of [false, true]) {
    await t.rejects(engine.call([ann], { dryRun }), {
      code: "ENTITY_REQUIRED",
      message:
        "The sequence waits for times of an order or a booking, and this call is about none; only a source can start it",
    });
  }
  t.equal((await engine.file.sendings.list("acme", {}, { page: 1, limit: 9 }, 0)).total, 0);
});

t.test("an alarm that cannot be set does not refuse the call: the sweep sets it", async (t) => {
  const engine = await engineOf(t, hello);
  const schedule = engine.scheduler.schedule.bind(engine.scheduler);
  engine.scheduler.schedule = () => Promise.reject(new Error("busy"));
  const { executionId } = await engine.call([ann]);
  engine.scheduler.schedule = schedule;
  t.match(engine.log.lines, [{ level: "warn", fields: { execution: executionId } }]);
  await engine.runSweep();
  await engine.scheduler.ringDue();
  t.equal(engine.channel.messages.length, 1);
});
