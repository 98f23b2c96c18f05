import { strict as assert } from "node:assert";
import { newContact } from "../rules.js";
import type { Store } from "../store.js";
import { accepted, day, minute, onStage, organization, position, start } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** Calls that nobody has settled. */
export function staleSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "stale calls");

  it("are found with the claim they were made under", async ({ store, enrol, claimOne, call }) => {
    const claim = await claimOne((await enrol()).executionId, start + 1);
    await call(claim, start + 2);
    assert.deepEqual(await store.attempts.stale(start + 2, 10), []);
    assert.deepEqual(await store.attempts.stale(start + 3, 10), [{ ...claim, stepId: "hello", channel: "email" }]);
  });

  it("come oldest first, within the limit", async ({ store, enrol, claimOne, call }) => {
    const claims = [];
    for (const at of [3, 1, 2]) {
      const claim = await claimOne((await enrol()).executionId);
      await call(claim, start + at);
      claims.push(claim.attemptId);
    }
    const ids = async (limit: number) =>
      (await store.attempts.stale(start + day, limit)).map(({ attemptId }) => attemptId);
    assert.deepEqual(await ids(10), [claims[1], claims[2], claims[0]]);
    assert.deepEqual(await ids(1), [claims[1]]);
  });

  it("are gone when they are settled", async ({ store, enrol, claimOne, call, settle }) => {
    const claim = await claimOne((await enrol()).executionId);
    await call(claim);
    await settle(claim, { outcome: accepted });
    assert.deepEqual(await store.attempts.stale(start + day, 10), []);
  });

  it("of a dead process can be settled by the one that takes over", async ({
    store,
    enrol,
    claimOne,
    call,
    settle,
    state,
  }) => {
    const { executionId, sendingId } = await enrol();
    await call(await claimOne(executionId));
    await store.takeOver();
    const [stale] = await store.attempts.stale(start + 1, 10);
    const held = position({ state: "held", reason: "uncertain", dueAt: null, doubts: 1 });
    await settle(stale ?? assert.fail(), {
      outcome: { status: "uncertain", reason: "it died", providerId: null },
      position: held,
    });
    assert.deepEqual(await state(sendingId), held);
  });

  it("of some executions are found whenever they began", async ({ store, enrol, claimOne, call, settle }) => {
    const [one, other, third] = [await enrol(), await enrol(), await enrol()];
    const claims = [];
    for (const { executionId } of [one, other, third]) claims.push(await claimOne(executionId));
    for (const [index, claim] of claims.entries()) await call(claim, start + 9 - index);
    const orphans = async (limit = 10) => {
      const found = await store.attempts.orphans([one.executionId, third.executionId], limit);
      return found.map(({ attemptId, stepId }) => ({ attemptId, stepId }));
    };
    const [first, , last] = claims.map(({ attemptId }) => ({ attemptId, stepId: "hello" }));
    assert.deepEqual(await orphans(), [last, first]);
    assert.deepEqual(await orphans(1), [last]);
    await settle(claims[2] ?? assert.fail(), { outcome: accepted });
    assert.deepEqual(await orphans(), [first]);
    assert.deepEqual(await store.attempts.orphans([], 10), []);
  });

  it("are found although the person is gone", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, contactId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    await store.contacts.remove(organization, contactId, start + minute);
    const [stale] = await store.attempts.stale(start + day, 10);
    assert.equal(stale?.attemptId, claim.attemptId);
    assert.equal(stale.sending.state, "cancelled");
    assert.deepEqual(stale.contact, newContact(contactId, organization, "", start));
    await settle(stale, { outcome: accepted });
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 1);
  });
}
