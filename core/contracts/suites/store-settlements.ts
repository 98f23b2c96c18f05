import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { accepted, day, done, minute, onStage, organization, position, start } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** Settling attempts. */
export function settleSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "settlements");

  it("keeps the outcome and moves the sending on", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    const next = position({
      stepIndex: 1,
      stepId: "bye",
      stage: "inside",
      dueAt: start + day,
      deferrals: 1,
      doubts: 1,
    });
    await settle(claim, { outcome: accepted, position: next }, start + 9);
    assert.deepEqual(await store.sendings.get(organization, sendingId), {
      ...claim.sending,
      ...next,
      handedOver: 1,
      updatedAt: start + 9,
    });
    const settled = (await store.sendings.timeline(organization, sendingId)).at(-1);
    assert.deepEqual(settled, {
      at: start + 9,
      kind: "settled",
      stepId: "hello",
      attemptId: claim.attemptId,
      outcome: "accepted",
      reason: null,
      providerId: "provider-1",
      note: null,
    });
  });

  it("gives the claim back with it", async ({ enrol, claimOne, settle }) => {
    const { executionId } = await enrol();
    const claim = await claimOne(executionId);
    await settle(claim, { position: claim.sending });
    assert.notEqual((await claimOne(executionId)).attemptId, claim.attemptId);
  });

  it("writes no ledger row when no call was made", async ({ store, enrol, claimOne, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), { position: done });
    assert.deepEqual(
      (await store.sendings.timeline(organization, sendingId)).map(({ kind }) => kind),
      ["created"],
    );
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 0);
  });

  it("only what a provider took counts as handed over", async ({ store, enrol, claimOne, call, settle }) => {
    for (const status of ["rejected", "deferred", "uncertain"] as const) {
      const { executionId, sendingId } = await enrol();
      const claim = await claimOne(executionId);
      await call(claim);
      await settle(claim, { outcome: { status, reason: "because", providerId: null } });
      assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 0);
      const { outcome, reason } = (await store.sendings.timeline(organization, sendingId)).at(-1) ?? assert.fail();
      assert.deepEqual({ outcome, reason }, { outcome: status, reason: "because" });
    }
  });

  it("settles twice as once", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    const note = { kind: "waiting", stepId: null, reason: null, note: "until later" } as const;
    const ending = { outcome: accepted, position: position({ stepIndex: 1, dueAt: start + day }), notes: [note] };
    await settle(claim, ending);
    const once = [
      await store.sendings.get(organization, sendingId),
      await store.sendings.timeline(organization, sendingId),
    ];
    await settle(claim, { ...ending, outcome: { status: "rejected", reason: "no", providerId: null } }, start + minute);
    const twice = [
      await store.sendings.get(organization, sendingId),
      await store.sendings.timeline(organization, sendingId),
    ];
    assert.deepEqual(twice, once);
  });

  it("an outcome that is known is not overruled", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    await settle(claim, {
      outcome: { status: "uncertain", reason: "quiet", providerId: null },
      position: position({ doubts: 1 }),
    });
    await settle(claim, { outcome: accepted });
    assert.equal((await store.sendings.timeline(organization, sendingId)).at(-1)?.outcome, "uncertain");
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 0);
  });

  it("after a cancellation the outcome is kept and the sending stays cancelled", async (stage) => {
    const { store, enrol, claimOne, call, settle, state } = stage;
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    await store.sendings.cancel(organization, sendingId, "by_call", start + 1);
    const note = { kind: "waiting", stepId: null, reason: null, note: "never" } as const;
    await settle(claim, { outcome: accepted, position: position({ stepIndex: 1 }), notes: [note] }, start + 2);
    const { state: ended, stepIndex } = await state(sendingId);
    assert.deepEqual({ ended, stepIndex }, { ended: "cancelled", stepIndex: 0 });
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 1);
    const kinds = (await store.sendings.timeline(organization, sendingId)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["created", "claimed", "calling", "cancelled", "settled"]);
  });

  it("after a move the outcome is kept and the sending stays where it was put", async (stage) => {
    const { store, enrol, claimOne, call, settle, state } = stage;
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    const elsewhere = position({ stepIndex: 3, dueAt: start + day });
    await store.sendings.move(organization, sendingId, ["open"], elsewhere, [], start);
    await settle(claim, { outcome: accepted });
    assert.deepEqual(await state(sendingId), elsewhere);
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 1);
  });

  it("counts every message, and settles many in one write", async ({ store, enrol, claim, call }) => {
    const { executionId, people } = await enrol({ emails: ["a@example.com", "b@example.com"] });
    for (const round of [1, 2]) {
      const claims = await claim(executionId, start + day);
      for (const one of claims) await call(one, start + day);
      const settlements = claims.map(({ attemptId, sending }) => ({
        sendingId: sending.id,
        attemptId,
        outcome: accepted,
        position: position({ stepIndex: round }),
        notes: [],
      }));
      await store.attempts.settle(settlements, start + day);
    }
    for (const { sendingId } of people) {
      const sending = await store.sendings.get(organization, sendingId ?? "");
      assert.deepEqual([sending?.handedOver, sending?.stepIndex], [2, 2]);
    }
    await store.attempts.settle([], start);
  });
}
