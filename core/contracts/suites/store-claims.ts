import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { day, minute, onStage, organization, position, start } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const three = ["a@example.com", "b@example.com", "c@example.com"];

/** Claims: who may work on what, until when. */
export function claimSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "claims");

  it("hands out what is due, with its person", async ({ store, enrol, claimOne }) => {
    const { executionId, contactId, sendingId } = await enrol({
      fields: { firstName: "Ada", tags: ["vip"] },
      locationId: "loc",
    });
    const claim = await claimOne(executionId, start + 5);
    assert.deepEqual(claim, {
      attemptId: claim.attemptId,
      claimedAt: start + 5,
      sending: await store.sendings.get(organization, sendingId),
      contact: await store.contacts.get(organization, contactId),
      entity: null,
      suppressed: false,
    });
    assert.equal(claim.contact.firstName, "Ada");
  });

  it("hands out nothing before its time", async ({ enrol, claim }) => {
    const { executionId } = await enrol({ dueAt: start + minute });
    assert.deepEqual(await claim(executionId, start + minute - 1), []);
    assert.equal((await claim(executionId, start + minute)).length, 1);
    assert.deepEqual(await claim("unknown", start + day), []);
  });

  it("hands out the earliest first, within the limit", async ({ enrol, claim, settle }) => {
    const { executionId, people } = await enrol({ emails: three });
    for (const [index, one] of (await claim(executionId)).entries())
      await settle(one, { position: position({ dueAt: start + 3 - index }) });
    const ids = (await claim(executionId, start + 9, 2)).map(({ sending }) => sending.id);
    assert.deepEqual(ids, [people[2]?.sendingId, people[1]?.sendingId]);
    assert.deepEqual(
      (await claim(executionId, start + 9)).map(({ sending }) => sending.id),
      [people[0]?.sendingId],
    );
  });

  it("never hands out the same twice while a lease holds", async ({ enrol, claim }) => {
    const { executionId } = await enrol({ emails: three });
    const taken = (await Promise.all(Array.from({ length: 6 }, () => claim(executionId, start, 1)))).flat();
    assert.equal(taken.length, 3);
    assert.equal(new Set(taken.map(({ sending }) => sending.id)).size, 3);
    assert.equal(new Set(taken.map(({ attemptId }) => attemptId)).size, 3);
    assert.deepEqual(await claim(executionId, start + minute - 1), []);
  });

  it("a lapsed lease is handed out again, and its old holder is fenced off", async ({
    enrol,
    claimOne,
    call,
    settle,
    state,
  }) => {
    const { executionId, sendingId } = await enrol();
    const old = await claimOne(executionId);
    const fresh = await claimOne(executionId, start + minute);
    assert.notEqual(fresh.attemptId, old.attemptId);
    assert.equal(await call(old, start + minute), false);
    await settle(old, { position: position({ stepIndex: 7 }) });
    assert.deepEqual(await state(sendingId), position());
    assert.equal(await call(fresh, start + minute), true);
  });

  it("a lease that lapsed during a call is not handed out before the call is settled", async (stage) => {
    const { enrol, claim, claimOne, call, settle } = stage;
    const { executionId } = await enrol();
    const first = await claimOne(executionId);
    await call(first);
    assert.deepEqual(await claim(executionId, start + day), []);
    await settle(first, {
      outcome: { status: "uncertain", reason: null, providerId: null },
      position: position({ doubts: 1 }),
    });
    assert.equal((await claimOne(executionId, start + day)).sending.doubts, 1);
  });

  it("a call that is under way is not waited for, and not forgotten", async (stage) => {
    const { store, enrol, claimOne, call, settle } = stage;
    const { executionId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    assert.equal(await store.executions.rest(executionId), null);
    assert.deepEqual(await store.executions.dueBy(start, 10), [{ id: executionId, dueAt: start }]);
    await settle(claim, {
      outcome: { status: "deferred", reason: null, providerId: null },
      position: position({ dueAt: start + day }),
    });
    assert.equal(await store.executions.rest(executionId), start + day);
  });

  it("may call only while the lease holds, and once", async ({ enrol, claim, claimOne, call }) => {
    const lapsed = await claimOne((await enrol()).executionId);
    assert.equal(await call(lapsed, start + minute), false);
    const claimed = await claimOne((await enrol()).executionId);
    assert.equal(await call(claimed, start + minute - 1), true);
    assert.equal(await call(claimed, start + minute - 1), false);
    assert.deepEqual(await claim(claimed.sending.executionId, start), []);
  });

  it("may not call what was cancelled or moved meanwhile", async ({ store, enrol, claimOne, call }) => {
    const cancelled = await claimOne((await enrol()).executionId);
    await store.sendings.cancel(organization, cancelled.sending.id, "by_call", start);
    assert.equal(await call(cancelled), false);
    const moved = await claimOne((await enrol()).executionId);
    await store.sendings.move(organization, moved.sending.id, ["open"], position({ dueAt: start + day }), [], start);
    assert.equal(await call(moved), false);
  });

  it("answers those of many that may call", async ({ store, enrol, claim }) => {
    const claims = await claim((await enrol({ emails: three })).executionId);
    await store.sendings.cancel(organization, claims[1]?.sending.id ?? "", "by_call", start);
    const calls = claims.map(({ attemptId, claimedAt, sending }) => ({
      attemptId,
      claimedAt,
      sendingId: sending.id,
      stepId: "hello",
      channel: "email",
    }));
    assert.deepEqual(await store.attempts.calling(calls, start), new Set([claims[0]?.attemptId, claims[2]?.attemptId]));
    assert.deepEqual(await store.attempts.calling([], start), new Set());
  });

  it("hands out neither parked nor held nor ended ones", async ({ enrol, claim, settle }) => {
    const { executionId } = await enrol({ emails: three });
    const claims = await claim(executionId);
    const places = [
      position({ parkedOn: "email", reason: "channel_paused" }),
      position({ state: "held", reason: "uncertain" }),
      position({ state: "failed", reason: "rejected" }),
    ];
    for (const [index, one] of claims.entries()) await settle(one, { position: places[index] ?? assert.fail() });
    assert.deepEqual(await claim(executionId, start + day), []);
  });

  it("one who takes over lapses every lease", async ({ store, enrol, claim, claimOne }) => {
    const { executionId } = await enrol();
    await claimOne(executionId);
    assert.deepEqual(await claim(executionId, start + 1), []);
    await store.takeOver();
    assert.equal(await store.executions.rest(executionId), start);
    assert.equal((await claim(executionId, start + 1)).length, 1);
  });

  it("one who takes over from one process of several lapses what that one held", async ({ store, enrol, claim }) => {
    const [dead, alive] = [await enrol(), await enrol({ emails: ["bob@example.com"] })];
    for (const { executionId } of [dead, alive]) assert.equal((await claim(executionId)).length, 1);
    await store.takeOver({ executions: [dead.executionId], sources: [] });
    assert.equal((await claim(dead.executionId, start + 1)).length, 1);
    assert.deepEqual(await claim(alive.executionId, start + 1), []);
  });
}
