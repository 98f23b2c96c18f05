import t from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Store } from "../../../core/contracts/store.js";
import { FakeChannel } from "../../fakes/channel.js";
import { type Engine, engineOf } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const minute = 60_000;
const ann = "ann@acme.example";
const never = new Promise<never>(() => {});

/** Waits until the event loop has brought `condition` about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

for (const [onUncertain, state, calls] of [
  ["retry", "completed", 2],
  ["hold", "held", 1],
  ["skip", "completed", 1],
] as const) {
  t.test(`killed during the call, ${onUncertain}`, async (t) => {
    const sequence = sequenceOf([step.wait("first", 0), step.email("hello", { onUncertain }), step.wait("last", 0)]);
    const engine = await engineOf(t, sequence, { channel: new FakeChannel(() => never) });
    const { results } = await engine.call([ann]);
    void engine.scheduler.ringDue();
    await until(() => engine.channel.messages.length === 1);

    const next = await engine.reborn(sequence, new FakeChannel());
    await next.runSweep();
    await next.scheduler.runUntil(next.clock.now() + minute);
    t.equal(engine.channel.messages.length + next.channel.messages.length, calls);
    t.equal((await next.sending(results[0]!.sendingId)).state, state);
    const timeline = await next.file.sendings.timeline("acme", results[0]!.sendingId);
    t.equal(timeline.filter(({ outcome }) => outcome === "uncertain").length, 1, "the doubt is in the ledger");
  });
}

t.test("of several processes one died: its calls are doubted at once, those of the others are theirs", async (t) => {
  const sequence = sequenceOf([step.email("hello", { onUncertain: "hold" })]);
  const engine = await engineOf(t, sequence, { channel: new FakeChannel(() => never) });
  const [dead, alive] = [await engine.call([ann]), await engine.call(["bob@acme.example"])];
  void engine.scheduler.ringDue();
  await until(() => engine.channel.messages.length === 2);

  const next = engine.beside(sequence, new FakeChannel());
  await next.sweep.takeUp({ executions: [dead.executionId], sources: [] });
  await next.sweep.takeUp({ executions: [], sources: [] });
  t.match(await next.sending(dead.results[0]!.sendingId), { state: "held", reason: "uncertain" });
  t.equal((await next.sending(alive.results[0]!.sendingId)).state, "open");
});

t.test("killed between the claim and the call: nothing was tried, and it goes on at once", async (t) => {
  const sequence = sequenceOf([step.email("hello")]);
  const stuck = (store: Store): Store => ({ ...store, attempts: { ...store.attempts, calling: () => never } });
  const engine = await engineOf(t, sequence, { between: stuck });
  const { results, executionId } = await engine.call([ann]);
  void engine.scheduler.ringDue();
  await until(() => engine.scheduler.rings.size === 0);

  const next = await engine.reborn(sequence);
  await next.advance.run(executionId);
  t.equal((await next.sending(results[0]!.sendingId)).state, "completed");
  t.equal(engine.channel.messages.length, 1);
});

t.test("killed after the call was accepted, before its alarm was set: the sweep sets it", async (t) => {
  const sequence = sequenceOf([step.email("hello")]);
  const engine = await engineOf(t, sequence);
  const { results } = await engine.call([ann]);
  const next = await engine.reborn(sequence);
  t.equal(next.scheduler.rings.size, 0);
  await next.runSweep();
  await next.scheduler.ringDue();
  t.equal((await next.sending(results[0]!.sendingId)).state, "completed");
});

t.test("the store fails before the call: the claim is given back, the job fails, nothing was sent", async (t) => {
  let failures = 1;
  const failing = (store: Store): Store => ({
    ...store,
    attempts: {
      ...store.attempts,
      calling: (...args) =>
        failures-- > 0 ? Promise.reject(new StoreUnavailable("full")) : store.attempts.calling(...args),
    },
  });
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { between: failing });
  const { executionId } = await engine.call([ann]);
  await t.rejects(engine.advance.run(executionId), StoreUnavailable);
  t.equal(engine.channel.messages.length, 0);
  t.equal(await engine.advance.run(executionId), undefined, "the next ring does it all");
  t.equal(engine.channel.messages.length, 1);
});

t.test("the store fails after the call: how it ended is written as soon as it can be", async (t) => {
  let failures = 3;
  const failing = (store: Store): Store => ({
    ...store,
    attempts: {
      ...store.attempts,
      settle: (...args) =>
        failures-- > 0 ? Promise.reject(new StoreUnavailable("full")) : store.attempts.settle(...args),
    },
  });
  const engine = await engineOf(t, sequenceOf([step.email("hello")]), { between: failing });
  const { executionId, results } = await engine.call([ann]);
  const run = engine.advance.run(executionId);
  for (let failure = 0; failure < 3; failure++) {
    await until(() => engine.clock.waiting === 1);
    t.equal(engine.deliver.flights.size, 1, "the sweep must not judge it meanwhile");
    engine.clock.advance(minute);
  }
  await run;
  t.equal(engine.channel.messages.length, 1);
  t.equal((await engine.sending(results[0]!.sendingId)).state, "completed");
});

t.test("a sequence that cannot be made ready fails the job, and the claims are given back", async (t) => {
  const sequence = sequenceOf([step.email("hello")]);
  const engine = await engineOf(t, sequence);
  const { executionId } = await engine.call([ann]);
  const other = await engine.reborn(sequenceOf([step.email("hello")], { version: 9 }));
  await t.rejects(other.advance.run(executionId), { message: "never published" });
  t.equal(await engine.advance.run(executionId), undefined);
  t.equal(engine.channel.messages.length, 1);
});

t.test("halted: no call begins, what was claimed is given back", async (t) => {
  const channel = new FakeChannel(async () => {
    engine.deliver.halt();
    return { status: "accepted", providerId: null };
  }, 1);
  const engine: Engine = await engineOf(t, sequenceOf([step.email("hello")]), { channel });
  const { executionId } = await engine.call([ann, "ben@acme.example", "cem@acme.example"]);
  t.ok((await engine.advance.run(executionId))! <= engine.clock.now(), "the rest is still due");
  t.equal(channel.messages.length, 1);
  const next = await engine.reborn(sequenceOf([step.email("hello")]));
  await next.advance.run(executionId);
  t.equal(channel.messages.length, 3);
});

t.test("cut short: calls under way are settled as their channel tells", async (t) => {
  const channel = new FakeChannel(
    (_message, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ status: "uncertain", reason: "cut" }));
      }),
  );
  const engine = await engineOf(t, sequenceOf([step.email("hello", { onUncertain: "hold" })]), { channel });
  const { executionId, results } = await engine.call([ann]);
  const run = engine.advance.run(executionId);
  await until(() => channel.inFlight === 1);
  engine.deliver.cutShort();
  await run;
  t.equal((await engine.sending(results[0]!.sendingId)).state, "held");
});
