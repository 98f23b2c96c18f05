import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { day, minute, news, onStage, organization, position, start, welcome, type Stage } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const parked = position({ parkedOn: "email", reason: "channel_paused" });

/** Pausing channels, and what is parked on them. */
export function channelSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "channels");

  it("are ok until they are paused", async ({ store: { channels } }) => {
    assert.deepEqual(await channels.get("email"), {
      name: "email",
      state: "ok",
      reason: null,
      since: null,
      probeAt: null,
    });
    await channels.pause("email", "401", null, start);
    assert.deepEqual(await channels.get("email"), {
      name: "email",
      state: "paused",
      reason: "401",
      since: start,
      probeAt: null,
    });
    assert.equal((await channels.get("sms")).state, "ok");
  });

  it("stay paused since the first time, for the latest reason", async ({ store: { channels } }) => {
    await channels.pause("email", "401", null, start);
    await channels.pause("email", "403", start + day, start + minute);
    const expected = { name: "email", state: "paused", reason: "403", since: start, probeAt: start + day };
    assert.deepEqual(await channels.get("email"), expected);
  });

  it("let what was parked on them go when they resume", async (stage) => {
    const { store, claim, state } = stage;
    const { executionId, sendingId } = await park(stage);
    const elsewhere = await park(stage, "sms");
    await store.channels.pause("email", "401", null, start);
    await store.channels.resume("email", start + minute);
    assert.equal((await store.channels.get("email")).state, "ok");
    assert.deepEqual(await state(sendingId), position({ dueAt: start + minute }));
    assert.equal((await state(elsewhere.sendingId)).parkedOn, "sms");
    assert.deepEqual(await store.executions.dueBy(start + minute, 10), [{ id: executionId, dueAt: start + minute }]);
    assert.equal((await claim(executionId, start + minute)).length, 1);
  });

  it("that are ok let go what was parked on them all the same", async (stage) => {
    const { sendingId } = await park(stage);
    await stage.store.channels.resume("email", start + minute);
    assert.equal((await stage.state(sendingId)).parkedOn, null);
    await stage.store.channels.resume("email", start + day);
    assert.equal((await stage.state(sendingId)).dueAt, start + minute);
  });

  it("are probed with one message when the time has come", async (stage) => {
    const { store, state } = stage;
    const first = await park(stage);
    const second = await park(stage);
    await store.channels.pause("email", "403", start + minute, start);
    assert.equal(await store.channels.probe("email", start + minute - 1, start + day), null);
    assert.equal(await store.channels.probe("email", start + minute, start + day), first.executionId);
    // It is known by its reason to be a probe.
    assert.deepEqual(await state(first.sendingId), position({ reason: "channel_paused", dueAt: start + minute }));
    assert.deepEqual(await state(second.sendingId), parked);
    const { state: still, probeAt } = await store.channels.get("email");
    assert.deepEqual({ still, probeAt }, { still: "paused", probeAt: start + day });
    assert.deepEqual(await store.executions.dueBy(start + day, 10), [{ id: first.executionId, dueAt: start + minute }]);
    assert.equal(await store.channels.probe("email", start + minute, start + 2 * day), null);
    assert.equal(await store.channels.probe("email", start + day, start + 2 * day), second.executionId);
  });

  it("are not probed when a person is to resume them, when nothing is parked, or when they are ok", async (stage) => {
    const { channels } = stage.store;
    assert.equal(await channels.probe("email", start + day, start + 2 * day), null);
    await channels.pause("email", "403", start, start);
    assert.equal(await channels.probe("email", start + day, start + 2 * day), null);
    assert.equal((await channels.get("email")).probeAt, start);
    await park(stage);
    await channels.pause("email", "401", null, start);
    assert.equal(await channels.probe("email", start + day, start + 2 * day), null);
  });

  it("are probed by one of those who ask at the same time", async (stage) => {
    await park(stage);
    await park(stage);
    await stage.store.channels.pause("email", "403", start, start);
    const answers = await Promise.all([1, 2, 3].map(() => stage.store.channels.probe("email", start, start + day)));
    assert.equal(answers.filter((answer) => answer !== null).length, 1);
  });

  it("are not probed with what a paused sequence holds", async (stage) => {
    const { store } = stage;
    await park(stage);
    await store.channels.pause("email", "403", start, start);
    await store.sequences.publish(organization, [{ ...welcome, status: "paused" }, news], start);
    assert.equal(await store.channels.probe("email", start, start + day), null);
  });

  it("lose what is cancelled while it is parked", async (stage) => {
    const { sendingId } = await park(stage);
    await stage.store.sendings.cancel(organization, sendingId, "by_call", start);
    await stage.store.channels.pause("email", "403", start, start);
    assert.equal(await stage.store.channels.probe("email", start, start + day), null);
    await stage.store.channels.resume("email", start);
    assert.equal((await stage.state(sendingId)).state, "cancelled");
  });
}

/** A sending that waits for `channel`, its execution at rest. */
async function park({ store, enrol, claimOne, settle }: Stage, channel = "email") {
  const enrolled = await enrol();
  await settle(await claimOne(enrolled.executionId), { position: { ...parked, parkedOn: channel } });
  await store.executions.rest(enrolled.executionId);
  return enrolled;
}
