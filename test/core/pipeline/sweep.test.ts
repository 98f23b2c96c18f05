import t from "tap";
import type { Outcome } from "../../../core/contracts/channel.js";
import { FakeChannel } from "../../fakes/channel.js";
import { engineOf } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const minute = 60_000;
const ann = "ann@acme.example";

/** A channel whose answer can be changed while it is used. */
function switchable(outcome: Outcome): FakeChannel & { outcome: Outcome } {
  const channel = Object.assign(new FakeChannel(), { outcome });
  channel.answer = () => channel.outcome;
  return channel;
}

const unauthorized: Outcome = { status: "deferred", reason: "401", pause: {} };
const taken: Outcome = { status: "accepted", providerId: null };

t.test(
  "a provider that knows the key no more pauses its channel: sendings wait, and go on when a person resumes it",
  async (t) => {
    const channel = switchable(unauthorized);
    const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
    const { results } = await engine.call([ann]);
    await engine.scheduler.ringDue();
    await engine.call(["ben@acme.example"]);
    await engine.scheduler.runUntil(engine.clock.now() + 60 * minute);
    t.equal(channel.messages.length, 1, "no second try burns another call");
    t.match(await engine.file.channels.get("email"), { state: "paused", reason: "401" });
    t.match(await engine.sending(results[0]!.sendingId), { state: "open", reason: "channel_paused" });
    await engine.runSweep();
    t.equal(channel.messages.length, 1, "nor does the sweep");

    channel.outcome = taken;
    await engine.intervene.resumeChannel("email");
    await engine.scheduler.ringDue();
    t.equal(channel.messages.length, 3);
    t.match(await engine.sending(results[0]!.sendingId), { state: "completed", reason: null });
  },
);

t.test("a channel that is resumed and refused again is paused again", async (t) => {
  const channel = switchable(unauthorized);
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  await engine.call([ann]);
  await engine.scheduler.ringDue();
  await engine.intervene.resumeChannel("email");
  await engine.scheduler.ringDue();
  t.equal(channel.messages.length, 2);
  t.equal((await engine.file.channels.get("email")).state, "paused");
});

t.test("a channel that was forbidden is probed with one message, and opens when that is taken", async (t) => {
  const channel = switchable(unauthorized);
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  channel.answer = () => ({ status: "deferred", reason: "403", pause: { probeAt: engine.clock.now() + 15 * minute } });
  await engine.call([ann, "ben@acme.example", "cem@acme.example"]);
  await engine.scheduler.ringDue();
  const first = channel.messages.length;
  await engine.scheduler.schedule("sweep", "all", engine.clock.now());
  await engine.scheduler.runUntil(engine.clock.now() + 14 * minute);
  t.equal(channel.messages.length, first, "not before its time");
  await engine.scheduler.runUntil(engine.clock.now() + 2 * minute);
  t.equal(channel.messages.length, first + 1, "one, which is refused");
  t.equal((await engine.file.channels.get("email")).state, "paused");

  channel.answer = () => taken;
  await engine.scheduler.runUntil(engine.clock.now() + 16 * minute);
  t.equal(channel.messages.length, first + 4, "one, and then all");
  t.equal((await engine.file.channels.get("email")).state, "ok");
});

t.test("what was parked while its channel was being resumed is found", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  const { results } = await engine.call([ann]);
  await engine.file.channels.pause("email", "401", null, engine.clock.now());
  await engine.scheduler.ringDue();
  t.equal((await engine.sending(results[0]!.sendingId)).parkedOn, "email");
  await engine.file.channels.resume("email", engine.clock.now());
  await engine.runSweep();
  await engine.scheduler.ringDue();
  t.equal(engine.channel.messages.length, 1);
});

t.test("a call that has been silent for too long is taken to be in doubt, one of our own is not", async (t) => {
  const answers: ((outcome: Outcome) => void)[] = [];
  const channel = new FakeChannel(() => new Promise((resolve) => answers.push(resolve)));
  const sequence = sequenceOf([step.email("hello", { onUncertain: "hold" })]);
  const engine = await engineOf(t, sequence, { channel });
  const { executionId, results } = await engine.call([ann]);
  const run = engine.advance.run(executionId);
  while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
  engine.clock.advance(10 * minute);
  await engine.runSweep();
  t.equal((await engine.sending(results[0]!.sendingId)).state, "open", "it is in flight here");
  answers[0]!(taken);
  await run;
  t.equal((await engine.sending(results[0]!.sendingId)).state, "completed");
});

t.test("the sweep rings for what has no alarm, not for what has one, nor for the far future", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  const now = engine.clock.now();
  await engine.call([ann]);
  await engine.call(["far@acme.example"], { scheduledAt: now + 60 * minute });
  const soon = await engine.call(["soon@acme.example"], { scheduledAt: now + minute / 2 });
  const alarms = new Map(engine.scheduler.rings);
  engine.scheduler.rings.delete(`advance:${soon.executionId}`);
  await engine.runSweep();
  t.same(engine.scheduler.rings, alarms);
});

t.test("an alarm that is later than it should be is set earlier", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  const { executionId } = await engine.call([ann]);
  engine.scheduler.rings.set(`advance:${executionId}`, engine.clock.now() + 60 * minute);
  await engine.runSweep();
  t.equal(engine.scheduler.rings.get(`advance:${executionId}`), engine.clock.now());
});

t.test("more than a page without alarms are all rung for", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  for (let call = 0; call < 501; call++) await engine.call([`p${call}@acme.example`]);
  engine.scheduler.rings.clear();
  await engine.runSweep();
  t.equal(engine.scheduler.rings.size, 501);
});

t.test("what is past its keeping time goes", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  const idempotency = { key: "k1", fingerprint: () => "f" };
  await engine.call([ann], { idempotency });
  engine.clock.advance(25 * 60 * minute);
  t.equal(await engine.runSweep(), engine.clock.now() + minute);
  t.equal(await engine.file.executions.answered("acme", "k1"), undefined);
});

t.test("events and refused requests are kept for their time", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  const { inbox } = engine.file;
  const [day, start] = [24 * 60 * minute, engine.clock.now()];
  const home = { organization: "acme", source: "shop", headers: {} };
  const event = { ...home, id: "e", deliveryId: "d", type: "x", occurredAt: null, receivedAt: start, query: "" };
  await inbox.accept([{ ...event, body: new Uint8Array(), replayOf: null, dueAt: start }]);
  await inbox.claimDue("shop", start, start + 1, 1);
  const empty = { notes: [], commands: [], entity: null, plans: [], cancels: [], redact: [], retryAt: null };
  const settled = { eventId: "e", wholeRefundId: "w", lease: start + 1, status: "ignored", reason: "no_rule" } as const;
  await inbox.settle({ ...settled, ...empty }, start);
  await inbox.refuse({ ...home, id: "r", at: start, reason: "stale", remote: "192.0.2.1" });
  const kept = async () => {
    await engine.runSweep();
    const { received, refused } = await inbox.counts("acme", "shop");
    return [received, refused];
  };
  engine.clock.advance(7 * day);
  t.same(await kept(), [1, 1]);
  engine.clock.advance(1);
  t.same(await kept(), [1, 0]);
  engine.clock.advance(23 * day);
  t.same(await kept(), [0, 0]);
});
