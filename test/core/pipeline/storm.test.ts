import t from "tap";
import type { Outcome } from "../../../core/contracts/channel.js";
import { FakeChannel } from "../../fakes/channel.js";
import { engineOf, type Engine } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const minute = 60_000;
const uncertain: Outcome = { status: "uncertain", reason: "SendGrid answered 503" };
const accepted: Outcome = { status: "accepted", providerId: null };

function people(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `p${index}@acme.example`);
}

function turns({ log }: Engine): string[] {
  return log.lines.map(({ message }) => message).filter((message) => message.includes("circuit"));
}

async function sendings(engine: Engine, results: readonly { sendingId: string }[]) {
  return Promise.all(results.map(({ sendingId }) => engine.sending(sendingId)));
}

t.test("an ill provider is left alone; what waited goes on when it is well", async (t) => {
  const channel = new FakeChannel(() => uncertain, 4);
  const engine = await engineOf(t, sequenceOf([step.email("hello", { onUncertain: "hold" })]), { channel });
  const { results } = await engine.call(people(100));
  await engine.scheduler.ringDue();
  const made = channel.messages.length;
  t.ok(made >= 10 && made < 14, `${made} calls: enough to know, and those that were in flight`);
  const waiting = (await sendings(engine, results)).filter(({ state }) => state === "open");
  t.equal(waiting.length, 100 - made);
  for (const { dueAt, deferrals, doubts, reason } of waiting) {
    t.same({ deferrals, doubts, reason }, { deferrals: 0, doubts: 0, reason: null }, "nothing was tried");
    t.ok(dueAt! > engine.clock.now() && dueAt! < engine.clock.now() + 2_000);
  }
  const story = await engine.story(waiting[0]!.id);
  t.notOk(story.some((entry) => entry.startsWith("calling") || entry.startsWith("settled")));

  await engine.scheduler.runUntil(engine.clock.now() + 10 * minute);
  const tried = channel.messages.length - made;
  t.ok(tried >= 5 && tried <= 6 + 14, `${tried} trials in ten minutes`);
  channel.answer = () => accepted;
  await engine.scheduler.runUntil(engine.clock.now() + 3 * minute);
  const states = (await sendings(engine, results)).map(({ state }) => state);
  t.equal(states.filter((state) => state === "held").length, made + tried);
  t.equal(states.filter((state) => state === "completed").length, 100 - made - tried);
  t.equal(channel.messages.length, 100);
  t.match(turns(engine), [/circuit is open/, /circuit is closed/], "once each");
});

t.test("where nothing could be sent, those that waited have not been tried", async (t) => {
  const channel = new FakeChannel(() => ({ status: "deferred", reason: "ECONNREFUSED" }), 4);
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  const { results } = await engine.call(people(60));
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.ok(channel.messages.length < 14 + 8, `${channel.messages.length} calls`);
  channel.answer = () => accepted;
  await engine.scheduler.runUntil(engine.clock.now() + 3 * minute);
  t.ok((await sendings(engine, results)).every(({ state }) => state === "completed"));
});

t.test("other channels go on beside a channel whose circuit is open", async (t) => {
  const channel = new FakeChannel(() => uncertain, 4);
  const other = new FakeChannel(() => accepted, 4);
  const mail = sequenceOf([step.email("hello", { onUncertain: "hold" })]);
  const text = sequenceOf([step.email("hi", { channel: "sms" })], {
    id: "5e900000-0000-7000-8000-0000000000aa",
    key: "text",
  });
  const engine = await engineOf(t, [mail, text], { channel });
  engine.channels.set("sms", other);
  await engine.call(people(40));
  await engine.scheduler.ringDue();
  t.match(turns(engine), [/open/]);
  const now = engine.clock.now();
  const { results } = await engine.call(people(40), { sequence: "text" });
  await engine.scheduler.ringDue();
  t.equal(other.messages.length, 40);
  t.equal(engine.clock.now(), now, "at once");
  t.ok((await sendings(engine, results)).every(({ state }) => state === "completed"));
});

t.test("a stop does not wait for an open circuit", async (t) => {
  const channel = new FakeChannel(() => uncertain, 4);
  const engine = await engineOf(t, sequenceOf([step.email("hello", { onUncertain: "hold" })]), { channel });
  const { executionId } = await engine.call(people(40));
  await engine.scheduler.ringDue();
  t.equal(engine.clock.waiting, 0, "nobody sleeps");
  t.equal(engine.deliver.flights.size, 0);
  const { length } = channel.messages;
  engine.clock.advance(5_000);
  engine.deliver.halt();
  await engine.advance.run(executionId);
  t.equal(channel.messages.length, length);
});

t.test("calls that this process cuts do not open the circuit", async (t) => {
  const cut: Outcome = { status: "uncertain", reason: "aborted" };
  const channel = new FakeChannel(
    (_, signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(cut))),
    30,
  );
  const engine = await engineOf(t, sequenceOf([step.email("hello", { onUncertain: "hold" })]), { channel });
  const { executionId } = await engine.call(people(60));
  const running = engine.advance.run(executionId);
  while (channel.inFlight < 30) await new Promise((resolve) => setImmediate(resolve));
  engine.deliver.cutShort();
  await running;
  t.equal(channel.messages.length, 30);
  t.same(turns(engine), []);
});

t.test("a trial that turns out not to be sent is left to the next", async (t) => {
  const channel = new FakeChannel(() => uncertain, 4);
  let printable = true;
  const hello = step.email("hello", {
    onUncertain: "hold",
    compose: ({ sending, attemptId, contact }) =>
      printable
        ? { message: { ...blank, sendingId: sending.id, attemptId, to: { email: contact.email } } }
        : { refused: "template", note: "no" },
  });
  const engine = await engineOf(t, sequenceOf([hello]), { channel });
  const { results } = await engine.call(people(40));
  await engine.scheduler.ringDue();
  const made = channel.messages.length;
  printable = false;
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.equal(channel.messages.length, made);
  const states = (await sendings(engine, results)).map(({ state }) => state);
  t.equal(states.filter((state) => state === "failed").length, 40 - made, "each had its turn");
});

t.test("a rate limit holds the whole channel until its reset, and counts as no try", async (t) => {
  const channel: FakeChannel = new FakeChannel(() => {
    const resetAt = engine.clock.now() + 30_000;
    return { status: "deferred", reason: "429", limit: { remaining: 0, resetAt } };
  }, 4);
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  const { results } = await engine.call(people(40));
  await engine.scheduler.ringDue();
  t.equal(channel.messages.length, 4, "those that were in flight");
  for (const { state, dueAt, deferrals } of await sendings(engine, results)) {
    t.same({ state, deferrals }, { state: "open", deferrals: 0 });
    t.equal(dueAt, engine.clock.now() + 30_500, "with the jitter of half a second");
  }
  await engine.scheduler.runUntil(engine.clock.now() + 29_000);
  t.equal(channel.messages.length, 4);
  channel.answer = () => accepted;
  await engine.scheduler.runUntil(engine.clock.now() + 2_000);
  t.ok((await sendings(engine, results)).every(({ state }) => state === "completed"));
  t.same(turns(engine), []);
});

t.test("no more calls begin than remain, period after period", async (t) => {
  const taken: number[] = [];
  const periodOf = (): number => Math.floor(engine.clock.now() / 10_000);
  const channel: FakeChannel = new FakeChannel(() => {
    taken.push(periodOf());
    const remaining = 12 - taken.filter((period) => period === periodOf()).length;
    const limit = { remaining: Math.max(remaining, 0), resetAt: (periodOf() + 1) * 10_000 };
    return remaining < 0 ? { status: "deferred", reason: "429", limit } : { ...accepted, limit };
  }, 4);
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  const { results } = await engine.call(people(40));
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.same(
    [...Map.groupBy(taken, (period) => period).values()].map(({ length }) => length),
    [12, 12, 12, 4],
  );
  t.ok((await sendings(engine, results)).every(({ state }) => state === "completed"));
});

t.test("a channel that its provider refuses is paused as ever, also while its circuit is open", async (t) => {
  const channel = new FakeChannel(() => uncertain, 4);
  const engine = await engineOf(t, sequenceOf([step.email("hello", { onUncertain: "hold" })]), { channel });
  const { results } = await engine.call(people(40));
  await engine.scheduler.ringDue();
  channel.answer = () => ({ status: "deferred", reason: "401", pause: {} });
  await engine.scheduler.runUntil(engine.clock.now() + minute);
  t.equal((await engine.file.channels.get("email")).state, "paused");
  const open = (await sendings(engine, results)).filter(({ state }) => state === "open");
  t.ok(open.length > 20 && open.every(({ parkedOn }) => parkedOn === "email"));
  channel.answer = () => accepted;
  await engine.intervene.resumeChannel("email");
  await engine.scheduler.runUntil(engine.clock.now() + 2 * minute);
  t.notOk((await sendings(engine, results)).some(({ state }) => state === "open"));
});

const blank = { organization: "acme", stepId: "hello", category: "welcome", subject: "s", text: "t", headers: {} };
