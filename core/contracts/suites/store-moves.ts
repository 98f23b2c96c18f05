import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { day, done, minute, onStage, organization, position, positionOf, start } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const held = position({ state: "held", reason: "uncertain", dueAt: null, doubts: 1 });
const failed = position({ state: "failed", reason: "rejected", dueAt: null });
const byHand = { kind: "moved", stepId: "hello", reason: "by_call", note: "tried again by hand" } as const;

/** Moving and cancelling sendings by hand. */
export function moveSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "moves");

  it("puts a held sending elsewhere", async ({ store, enrol, claimOne, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), { position: held });
    await store.executions.rest(executionId);
    const next = position({ stepIndex: 1, stepId: "bye", dueAt: start + minute });
    const moved = await store.sendings.move(organization, sendingId, ["held", "failed"], next, [byHand], start + 1);
    assert.ok(moved !== undefined && moved !== "conflict");
    assert.deepEqual(positionOf(moved), next);
    assert.equal(moved.updatedAt, start + 1);
    assert.deepEqual(await store.sendings.get(organization, sendingId), moved);
    const { kind, note } = (await store.sendings.timeline(organization, sendingId)).at(-1) ?? assert.fail();
    assert.deepEqual({ kind, note }, { kind: "moved", note: "tried again by hand" });
    assert.deepEqual(await store.executions.dueBy(start + minute, 10), [{ id: executionId, dueAt: start + minute }]);
    assert.equal((await claimOne(executionId, start + minute)).sending.stepIndex, 1);
  });

  it("only out of the states that are named", async ({ store, enrol }) => {
    const { sendingId } = await enrol();
    const before = await store.sendings.get(organization, sendingId);
    assert.equal(
      await store.sendings.move(organization, sendingId, ["held", "failed"], position(), [byHand], start),
      "conflict",
    );
    assert.deepEqual(await store.sendings.get(organization, sendingId), before);
    assert.equal((await store.sendings.timeline(organization, sendingId)).length, 1);
    assert.equal(await store.sendings.move(organization, "unknown", ["open"], position(), [], start), undefined);
  });

  it("makes a completed execution run again", async ({ store, enrol, claimOne, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), { position: failed });
    await store.executions.rest(executionId);
    await store.sendings.move(organization, sendingId, ["failed"], position({ dueAt: start + day }), [], start);
    assert.equal((await store.executions.get(organization, executionId))?.status, "running");
    assert.equal(await store.executions.rest(executionId), start + day);
    await settle(await claimOne(executionId, start + day), { position: done });
    assert.equal(await store.executions.rest(executionId), null);
    assert.equal((await store.executions.get(organization, executionId))?.status, "completed");
  });

  it("does not make a due time later than that of the others", async ({ store, enrol, claim, settle }) => {
    const { executionId, people } = await enrol({ emails: ["a@example.com", "b@example.com"] });
    const [first, second] = await claim(executionId);
    await settle(first ?? assert.fail(), { position: held });
    await settle(second ?? assert.fail(), { position: position({ dueAt: start + minute }) });
    await store.executions.rest(executionId);
    await store.sendings.move(
      organization,
      people[0]?.sendingId ?? "",
      ["held"],
      position({ dueAt: start + day }),
      [],
      start,
    );
    assert.deepEqual(await store.executions.dueBy(start + day, 10), [{ id: executionId, dueAt: start + minute }]);
  });

  it("to the end lets the execution find out that nothing is left", async ({ store, enrol, claimOne, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), { position: held });
    await store.executions.rest(executionId);
    await store.sendings.move(organization, sendingId, ["held"], done, [], start + 1);
    assert.equal((await store.executions.dueBy(start + 1, 10)).length, 1);
    assert.equal(await store.executions.rest(executionId), null);
    assert.equal((await store.executions.get(organization, executionId))?.status, "completed");
  });

  it("in a cancelled execution is still seen to", async ({ store, enrol, claimOne, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), { position: failed });
    await store.executions.cancel(organization, executionId, start);
    await store.sendings.move(organization, sendingId, ["failed"], position(), [], start);
    assert.equal((await store.executions.dueBy(start, 10)).length, 1);
    assert.equal(await store.executions.rest(executionId), start);
    await settle(await claimOne(executionId), { position: done });
    assert.equal(await store.executions.rest(executionId), null);
    assert.equal((await store.executions.get(organization, executionId))?.status, "cancelled");
    assert.deepEqual(await store.executions.dueBy(start, 10), []);
  });

  it("a cancellation ends an open or a held sending", async ({ store, enrol, claimOne, settle }) => {
    const open = await enrol();
    const stuck = await enrol();
    await settle(await claimOne(stuck.executionId), { position: held });
    for (const { sendingId } of [open, stuck]) {
      const cancelled = await store.sendings.cancel(organization, sendingId, "by_entity", start + 1);
      assert.ok(cancelled !== undefined && cancelled !== "conflict");
      const { state, reason, dueAt, updatedAt } = cancelled;
      assert.deepEqual(
        { state, reason, dueAt, updatedAt },
        { state: "cancelled", reason: "by_entity", dueAt: null, updatedAt: start + 1 },
      );
      const last = (await store.sendings.timeline(organization, sendingId)).at(-1);
      assert.deepEqual(
        [last?.kind, last?.reason, last?.stepId, last?.at],
        ["cancelled", "by_entity", "hello", start + 1],
      );
    }
  });

  it("a cancellation ends nothing twice", async ({ store, enrol, claimOne, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), { position: done });
    assert.equal(await store.sendings.cancel(organization, sendingId, "by_call", start), "conflict");
    assert.equal(await store.sendings.cancel(organization, "unknown", "by_call", start), undefined);
    assert.equal((await store.sendings.timeline(organization, sendingId)).length, 1);
  });
}
