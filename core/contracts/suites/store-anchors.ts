import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { anchored, onInboxStage, said } from "./store-inbox-stage.js";
import { accepted, day, minute, organization, position, start } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const later = { startsAt: start + 3 * day, endsAt: start + 3 * day + 60 * minute };
const { startsAt, endsAt } = said();
const anchor = { startsAt, endsAt };

/** What waits for the times of an entity, and the times themselves. */
export function anchorSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onInboxStage(test, make, "anchors");

  it("a claim comes with what its sending is about, as it is known now", async (stage) => {
    const { inbox, cause, started, enrol, claimOne, call, store } = stage;
    const { executionId } = await started({ entity: "booking:1" });
    assert.equal((await claimOne(executionId)).entity, null);
    await cause({ entity: { aliases: ["booking:x"] } });
    const entity = await inbox.entity(organization, "shop", "booking:1");
    const claim = await claimOne(executionId, start + minute);
    assert.deepEqual(claim.entity, entity);
    await call(claim, start + minute);
    assert.deepEqual((await store.attempts.stale(start + day, 9))[0]?.entity, entity);
    const other = await started({ entity: "booking:x" }, "on[1]");
    assert.deepEqual((await claimOne(other.executionId)).entity, entity);
    assert.equal((await claimOne((await enrol({ entity: "booking:1" })).executionId)).entity, null, "another source's");
  });

  it("begins a wait again when the times change, and rings for it", async (stage) => {
    const { store, cause, started, claimOne, settle, state } = stage;
    await cause({ entity: {} });
    const { executionId, sendingId } = await started({ entity: "booking:1" });
    await settle(await claimOne(executionId), { position: anchored, anchor });
    assert.deepEqual(await state(sendingId), anchored);
    assert.equal(await store.executions.rest(executionId), anchored.dueAt);
    assert.deepEqual((await cause({ entity: { version: 1 } })).ring, [], "the times are the same");
    const now = start + minute;
    const moved = await cause({ entity: later }, now);
    assert.deepEqual([moved.status, moved.ring], ["processed", [{ executionId, at: now }]]);
    assert.deepEqual(await state(sendingId), position({ dueAt: now }));
    assert.deepEqual(await store.executions.dueBy(now, 9), [{ id: executionId, dueAt: now }]);
    const last = (await store.sendings.timeline(organization, sendingId)).at(-1);
    assert.deepEqual([last?.kind, last?.reason, last?.at], ["moved", "by_entity", now]);
    assert.deepEqual((await claimOne(executionId, now)).entity?.startsAt, later.startsAt);
  });

  it("finds what was started under any of the names", async ({ cause, started, claimOne, settle, state }) => {
    const { executionId, sendingId } = await started({ entity: "booking:1" });
    await cause({ entity: {} });
    await settle(await claimOne(executionId), { position: anchored, anchor });
    await cause({ entity: { key: "booking:2", replaces: "booking:1", ...later } });
    assert.equal((await state(sendingId)).stage, "before");
  });

  it("moves what is held for want of a time, and nothing that stands elsewhere", async (stage) => {
    const { cause, started, claimOne, settle, state } = stage;
    await cause({ entity: { startsAt: null, endsAt: null } });
    const held = await started({ entity: "booking:1" });
    const noTime = { state: "held", reason: "no_time", dueAt: null, stage: "anchored" } as const;
    await settle(await claimOne(held.executionId), {
      position: position(noTime),
      anchor: { startsAt: null, endsAt: null },
    });
    assert.equal((await state(held.sendingId)).state, "held");
    const inside = await started({ entity: "booking:1" }, "on[1]");
    const elsewhere = position({ stage: "inside", dueAt: start + day });
    await settle(await claimOne(inside.executionId), { position: elsewhere });
    await cause({ entity: {} });
    assert.deepEqual(await state(held.sendingId), position());
    assert.deepEqual(await state(inside.sendingId), elsewhere);
  });

  it("fences off a claim on what is moved", async ({ cause, started, claimOne, settle, call, state }) => {
    await cause({ entity: {} });
    const { executionId, sendingId } = await started({ entity: "booking:1" });
    await settle(await claimOne(executionId), { position: { ...anchored, dueAt: start }, anchor });
    const claim = await claimOne(executionId);
    await cause({ entity: later });
    assert.equal(await call(claim), false);
    await settle(claim, { position: position({ stepIndex: 1 }) });
    assert.deepEqual(await state(sendingId), position());
  });

  it("leaves alone what is in a call: its wait is over, and it would be sent the same again", async (stage) => {
    const { store, cause, started, claimOne, settle, call, state } = stage;
    await cause({ entity: {} });
    const { executionId, sendingId } = await started({ entity: "booking:1" });
    await settle(await claimOne(executionId), { position: { ...anchored, dueAt: start }, anchor });
    const claim = await claimOne(executionId);
    assert.equal(await call(claim), true);
    assert.deepEqual((await cause({ entity: later })).ring, []);
    await settle(claim, { outcome: accepted, position: position({ stepIndex: 2 }) });
    assert.equal((await state(sendingId)).stepIndex, 2);
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 1);
  });

  it("begins a wait again that was reckoned with times that have changed since", async (stage) => {
    const { cause, started, claimOne, settle, state } = stage;
    await cause({ entity: {} });
    const { executionId, sendingId } = await started({ entity: "booking:1" });
    const claim = await claimOne(executionId);
    await cause({ entity: later });
    await settle(claim, { position: anchored, anchor }, start + minute);
    assert.deepEqual(await state(sendingId), position({ dueAt: start + minute }));
  });

  it("says when the end of a booking is to be told", async ({ inbox, cause }) => {
    const end = endsAt ?? 0;
    const due = async (entity: object) => (await cause({ entity })).endedDueAt;
    assert.equal(await due({}), null, "somebody else tells it");
    assert.equal(await due({ endedDelay: minute }), end + minute);
    assert.equal(await due({ endedDelay: 0, ...later }), later.endsAt);
    for (const status of ["cancelled", "noShow", "ended"])
      assert.equal(await due({ key: `booking:${status}`, endedDelay: 0, status }), null);
    assert.equal(await due({ key: "booking:open", endsAt: null, endedDelay: 0 }), null);
    assert.deepEqual(await inbox.ended(later.endsAt - 1, 9), []);
    const [entity, ...more] = await inbox.ended(later.endsAt, 9);
    assert.deepEqual([entity?.key, more], ["booking:1", []]);
  });

  it("tells an end once, and again when the booking gets another end", async ({ inbox, cause, news }) => {
    await cause({ entity: { endedDelay: 0 } });
    await cause({ entity: { key: "booking:2", endedDelay: 0, endsAt: start } });
    const due = await inbox.ended(start + 9 * day, 9);
    assert.deepEqual(
      due.map(({ key }) => key),
      ["booking:2", "booking:1"],
    );
    assert.equal((await inbox.ended(start + 9 * day, 1)).length, 1);
    const [, entity = assert.fail()] = due;
    const event = news({ deliveryId: "ended:booking:1" });
    const told = await Promise.all([inbox.tellEnded(entity, event), inbox.tellEnded(entity, { ...event, id: "x" })]);
    assert.deepEqual(told, [true, false]);
    assert.equal((await inbox.get(organization, event.id))?.deliveryId, "ended:booking:1");
    assert.equal((await cause({ entity: { endedDelay: 0 } })).endedDueAt, null);
    assert.equal((await cause({ entity: { endedDelay: 0, ...later } })).endedDueAt, later.endsAt);
    assert.equal(await inbox.tellEnded(entity, news()), false, "it has moved");
    assert.equal(await inbox.tellEnded({ ...entity, key: "booking:9" }, news()), false, "nobody knows it");
  });
}
