import t from "tap";
import { statusOf } from "../../../core/contracts/rules.js";
import { FakeChannel } from "../../fakes/channel.js";
import { engineOf } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const minute = 60_000;
const ann = "ann@acme.example";

t.test("a sending walks through its steps, each message once", async (t) => {
  const engine = await engineOf(
    t,
    sequenceOf([step.email("hello"), step.wait("pause", 5 * minute), step.email("tips")]),
  );
  const { results } = await engine.call([ann, "ben@acme.example"]);
  await engine.scheduler.ringDue();
  t.same(engine.channel.messages.map(({ stepId, to }) => `${stepId} ${to.email}`).sort(), [
    "hello ann@acme.example",
    "hello ben@acme.example",
  ]);
  const waiting = await engine.sending(results[0]!.sendingId);
  t.equal(statusOf(waiting, engine.clock.now()), "sent");
  t.equal(waiting.dueAt, engine.clock.now() + 5 * minute);

  await engine.scheduler.runUntil(engine.clock.now() + 10 * minute);
  t.equal(engine.channel.messages.length, 4);
  t.equal((await engine.sending(results[0]!.sendingId)).state, "completed");
  t.same(await engine.story(results[0]!.sendingId), [
    "created",
    "claimed hello",
    "calling hello",
    "settled hello accepted",
    "waiting pause",
    "claimed tips",
    "calling tips",
    "settled tips accepted",
    "completed tips",
  ]);
  t.equal(engine.scheduler.rings.size, 0, "nothing is left to ring for");
});

t.test("a message that is refused fails the sending, and later steps do not run", async (t) => {
  const channel = new FakeChannel(() => ({ status: "rejected", reason: "no such mailbox" }));
  const engine = await engineOf(t, sequenceOf([step.email("hello"), step.email("tips")]), { channel });
  const { results } = await engine.call([ann]);
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.match(await engine.sending(results[0]!.sendingId), { state: "failed", reason: "rejected", stepId: "hello" });
  t.equal(channel.messages.length, 1);
  const entries = await engine.file.sendings.timeline("acme", results[0]!.sendingId);
  t.match(entries.at(-1), { kind: "settled", outcome: "rejected", reason: "no such mailbox" });
});

t.test("a message that was not taken is tried again until it is", async (t) => {
  const channel: FakeChannel = new FakeChannel(() =>
    channel.messages.length < 4 ? { status: "deferred", reason: "refused" } : { status: "accepted", providerId: null },
  );
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  const { results } = await engine.call([ann]);
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.equal(channel.messages.length, 4);
  t.equal(new Set(channel.messages.map(({ attemptId }) => attemptId)).size, 4, "every try is an attempt of its own");
  t.equal((await engine.sending(results[0]!.sendingId)).state, "completed");
});

t.test("in doubt, a transactional step is tried once more and then waits for a person", async (t) => {
  const channel = new FakeChannel(() => ({ status: "uncertain", reason: "the line went dead" }));
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  const { results } = await engine.call([ann]);
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.equal(channel.messages.length, 2);
  t.match(await engine.sending(results[0]!.sendingId), { state: "held", reason: "uncertain" });
});

t.test("a channel that throws leaves its message in doubt", async (t) => {
  const channel = new FakeChannel(() => Promise.reject(new Error("bug")));
  const engine = await engineOf(t, sequenceOf([step.email("hello", { onUncertain: "hold" })]), { channel });
  const { results } = await engine.call([ann]);
  await engine.scheduler.ringDue();
  t.equal((await engine.sending(results[0]!.sendingId)).state, "held");
  t.equal(engine.deliver.flights.size, 0);
});

t.test("no more are in flight than the channel takes, over all executions", async (t) => {
  const channel = new FakeChannel(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { status: "accepted", providerId: null };
  }, 3);
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  for (const call of ["a", "b"])
    await engine.call(Array.from({ length: 10 }, (_, index) => `${call}${index}@acme.example`));
  await engine.scheduler.ringDue();
  t.equal(channel.messages.length, 20);
  t.equal(channel.mostInFlight, 3);
});

t.test("what cannot be rendered fails its own sending only", async (t) => {
  const compose = ({ contact }: { contact: { email: string } }) => {
    if (contact.email === ann) return { refused: "template", note: "The template writes too much" } as const;
    return { message: { subject: "hi" } as never };
  };
  const engine = await engineOf(t, sequenceOf([step.email("hello", { compose })]));
  const { results } = await engine.call([ann, "ben@acme.example"]);
  await engine.scheduler.ringDue();
  t.match(await engine.sending(results[0]!.sendingId), { state: "failed", reason: "template" });
  t.equal((await engine.sending(results[1]!.sendingId)).state, "completed");
  t.match(await engine.story(results[0]!.sendingId), ["created", "settled hello template"]);
});

t.test("an address that was suppressed after the call is not written to", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.wait("pause", minute), step.email("hello")]));
  const { results } = await engine.call([ann]);
  await engine.scheduler.ringDue();
  await engine.file.contacts.suppress("acme", ann, "bounce", engine.clock.now());
  await engine.scheduler.runUntil(engine.clock.now() + 2 * minute);
  t.match(await engine.sending(results[0]!.sendingId), { state: "failed", reason: "suppressed" });
  t.equal(engine.channel.messages.length, 0);
});

t.test("people inside a paused sequence stay where they are, and go on with it", async (t) => {
  const sequence = sequenceOf([step.wait("pause", minute), step.email("hello")]);
  const engine = await engineOf(t, sequence);
  const { results } = await engine.call([ann]);
  await engine.scheduler.ringDue();
  await engine.publish(sequence, "paused");
  await engine.scheduler.runUntil(engine.clock.now() + 10 * minute);
  t.equal(engine.channel.messages.length, 0);
  t.equal(engine.scheduler.rings.size, 0, "no alarm rings for nothing");
  await engine.runSweep();
  t.equal(engine.scheduler.rings.size, 0, "nor does the sweep set one");

  await engine.publish(sequence, "active");
  await engine.runSweep();
  await engine.scheduler.ringDue();
  t.equal(engine.channel.messages.length, 1);
  t.equal((await engine.sending(results[0]!.sendingId)).state, "completed");
});

t.test("a running sending keeps the version it started with", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.wait("pause", minute), step.email("old")]));
  await engine.call([ann]);
  await engine.scheduler.ringDue();
  await engine.publish(sequenceOf([step.email("new")], { version: 2 }));
  await engine.call(["ben@acme.example"]);
  await engine.scheduler.runUntil(engine.clock.now() + 2 * minute);
  t.same(engine.channel.messages.map(({ stepId, to }) => `${to.email} ${stepId}`).sort(), [
    "ann@acme.example old",
    "ben@acme.example new",
  ]);
});

t.test("a sending that is cancelled during its call stays cancelled, and the ledger tells of the call", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello"), step.email("tips")]));
  engine.channel.answer = async ({ sendingId }) => {
    await engine.intervene.cancelSending("acme", sendingId);
    return { status: "accepted", providerId: "p1" };
  };
  const { results } = await engine.call([ann]);
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.match(await engine.sending(results[0]!.sendingId), { state: "cancelled", reason: "by_call", handedOver: 1 });
  t.equal(engine.channel.messages.length, 1);
  const settled = (await engine.file.sendings.timeline("acme", results[0]!.sendingId)).find(
    ({ kind }) => kind === "settled",
  );
  t.match(settled, { outcome: "accepted", providerId: "p1" });
});

t.test("a step whose channel is not configured waits for it", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello", { channel: "sms" })]));
  const { results } = await engine.call([ann]);
  await engine.scheduler.ringDue();
  t.match(await engine.sending(results[0]!.sendingId), { state: "open", parkedOn: "sms", reason: "channel_paused" });
});

t.test("an execution whose sendings have ended is completed", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello"), step.exit("end")]));
  const { executionId } = await engine.call([ann]);
  await engine.scheduler.ringDue();
  t.equal((await engine.file.executions.get("acme", executionId))?.status, "completed");
});
