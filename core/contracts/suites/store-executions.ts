import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import {
  accepted,
  day,
  done,
  minute,
  news,
  onStage,
  organization,
  position,
  start,
  stranger,
  welcome,
} from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** Executions: what is due, how they come to rest, how they are cancelled. */
export function executionSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "executions");

  it("names those that are due, earliest first, page by page", async ({ store: { executions }, enrol }) => {
    const late = await enrol({ dueAt: start + 2 });
    const early = await enrol({ dueAt: start + 1 });
    const twin = await enrol({ dueAt: start + 2 });
    await enrol({ dueAt: start + day });
    const expected = [early, late, twin].map(({ executionId }, index) => ({
      id: executionId,
      dueAt: start + (index ? 2 : 1),
    }));
    assert.deepEqual(await executions.dueBy(start + minute, 10), expected);
    assert.deepEqual(await executions.dueBy(start + 1, 10), expected.slice(0, 1));
    const first = await executions.dueBy(start + minute, 2);
    assert.deepEqual(first, expected.slice(0, 2));
    assert.deepEqual(await executions.dueBy(start + minute, 2, first[1]), expected.slice(2));
    assert.deepEqual(await executions.dueBy(start + minute, 2, expected[2]), []);
  });

  it("leaves those of a paused sequence out until it goes on", async ({ store, enrol }) => {
    const held = await enrol();
    const other = await enrol({ sequence: news });
    await store.sequences.publish(organization, [{ ...welcome, status: "paused" }, news], start);
    const ids = async () => (await store.executions.dueBy(start, 10)).map(({ id }) => id);
    assert.deepEqual(await ids(), [other.executionId]);
    await store.sequences.publish(organization, [{ ...welcome, status: "archived" }, news], start);
    assert.deepEqual(await ids(), [held.executionId, other.executionId]);
  });

  it("rests until the earliest due time", async ({ store, enrol, claim, settle }) => {
    const { executionId } = await enrol({ emails: ["ada@example.com", "bob@example.com"] });
    assert.equal(await store.executions.rest(executionId), start);
    const [first, second] = await claim(executionId);
    await settle(first ?? assert.fail(), { position: position({ dueAt: start + day }) });
    await settle(second ?? assert.fail(), { position: position({ dueAt: start + 2 * day }) });
    assert.equal(await store.executions.rest(executionId), start + day);
    assert.deepEqual(await store.executions.dueBy(start + day - 1, 10), []);
    assert.deepEqual(await store.executions.dueBy(start + day, 10), [{ id: executionId, dueAt: start + day }]);
  });

  it("rests until a lease lapses, and is not told to be due too late", async ({
    store,
    enrol,
    claim,
    claimOne,
    settle,
  }) => {
    const { executionId } = await enrol();
    const held = await claimOne(executionId);
    assert.equal(await store.executions.rest(executionId), start + minute);
    // Whoever holds it may make it due again before that.
    await settle(held, { position: position({ dueAt: start + 1 }) });
    assert.deepEqual(
      (await store.executions.dueBy(start + 1, 10)).map(({ id }) => id),
      [executionId],
    );
    assert.equal((await claim(executionId, start + 1)).length, 1);
  });

  it("is completed when nothing is left", async ({ store, enrol, claimOne, settle }) => {
    const { executionId } = await enrol();
    await settle(await claimOne(executionId), { position: done });
    assert.equal(await store.executions.rest(executionId), null);
    assert.equal((await store.executions.get(organization, executionId))?.status, "completed");
    assert.deepEqual(await store.executions.dueBy(start + day, 10), []);
    assert.equal(await store.executions.rest(executionId), null);
  });

  it("a failed sending does not keep it running, a held one does", async ({ store, enrol, claimOne, settle }) => {
    const failed = await enrol();
    await settle(await claimOne(failed.executionId), {
      position: position({ state: "failed", reason: "rejected", dueAt: null }),
    });
    assert.equal(await store.executions.rest(failed.executionId), null);
    assert.equal((await store.executions.get(organization, failed.executionId))?.status, "completed");
    const held = await enrol();
    await settle(await claimOne(held.executionId), {
      position: position({ state: "held", reason: "uncertain", dueAt: null }),
    });
    assert.equal(await store.executions.rest(held.executionId), null);
    assert.equal((await store.executions.get(organization, held.executionId))?.status, "running");
    assert.deepEqual(await store.executions.dueBy(start + day, 10), []);
  });

  it("rests without an end when all is parked", async ({ store, enrol, claimOne, settle }) => {
    const { executionId } = await enrol();
    await settle(await claimOne(executionId), { position: position({ parkedOn: "email", reason: "channel_paused" }) });
    assert.equal(await store.executions.rest(executionId), null);
    assert.equal((await store.executions.get(organization, executionId))?.status, "running");
    assert.deepEqual(await store.executions.dueBy(start + day, 10), []);
  });

  it("an execution that nobody knows has nothing to wait for", async ({ store: { executions } }) => {
    assert.equal(await executions.rest("unknown"), null);
  });

  it("cancels what has not ended", async ({ store, enrol, claim, settle, state }) => {
    const { executionId, people } = await enrol({ emails: ["a@example.com", "b@example.com", "c@example.com"] });
    const [first, second] = await claim(executionId, start, 2);
    await settle(first ?? assert.fail(), { position: done });
    await settle(second ?? assert.fail(), { position: position({ state: "held", reason: "uncertain", dueAt: null }) });
    assert.equal(await store.executions.cancel(stranger, executionId, start), undefined);
    const cancelled = await store.executions.cancel(organization, executionId, start + minute);
    assert.equal(cancelled?.status, "cancelled");
    assert.deepEqual(await store.executions.get(organization, executionId), cancelled);
    const states = await Promise.all(people.map(({ sendingId }) => state(sendingId ?? "")));
    assert.deepEqual(
      states.map((one) => one.state),
      ["completed", "cancelled", "cancelled"],
    );
    assert.deepEqual(await store.executions.dueBy(start + day, 10), []);
  });

  it("a cancelled execution stays cancelled, a completed one completed", async ({ store, enrol, claimOne, settle }) => {
    const { executionId } = await enrol();
    await store.executions.cancel(organization, executionId, start);
    assert.equal(await store.executions.rest(executionId), null);
    assert.equal((await store.executions.cancel(organization, executionId, start))?.status, "cancelled");
    const completed = await enrol();
    await settle(await claimOne(completed.executionId), { position: done });
    await store.executions.rest(completed.executionId);
    assert.equal((await store.executions.cancel(organization, completed.executionId, start))?.status, "completed");
  });

  it("a call that is under way when it is cancelled is recorded", async ({
    store,
    enrol,
    claimOne,
    call,
    settle,
    state,
  }) => {
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    await store.executions.cancel(organization, executionId, start);
    await settle(claim, { outcome: accepted, position: position({ stepIndex: 1 }) });
    assert.equal((await state(sendingId)).state, "cancelled");
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 1);
  });

  it("comes to rest by itself when its last sending is cancelled", async ({ store, enrol, claimOne, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), {
      position: position({ state: "held", reason: "uncertain", dueAt: null }),
    });
    await store.executions.rest(executionId);
    await store.sendings.cancel(organization, sendingId, "by_call", start + minute);
    assert.deepEqual(await store.executions.dueBy(start + minute, 10), [{ id: executionId, dueAt: start + minute }]);
    assert.equal(await store.executions.rest(executionId), null);
    assert.equal((await store.executions.get(organization, executionId))?.status, "completed");
  });
}
