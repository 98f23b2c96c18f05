import { strict as assert } from "node:assert";
import type { RefusedRequest } from "../inbox.js";
import type { Store } from "../store.js";
import { bytes, leaseAt, nothing, nothingElse, onInboxStage, shop } from "./store-inbox-stage.js";
import { all, minute, organization, start, stranger } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** The inbox: events are kept once, claimed, given back, listed and expire. */
export function inboxSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onInboxStage(test, make, "inbox");

  it("keeps an event as it came", async ({ inbox, news }) => {
    const event = news({
      body: new Uint8Array([0, 255, 123, 125]),
      headers: { "x-shop-topic": "orders/paid" },
      query: "a=1",
      occurredAt: start - minute,
    });
    assert.deepEqual(await inbox.accept([event]), [true]);
    const fresh = { status: "received", reason: null, commands: [], executionIds: [], notes: [], failures: 0 };
    assert.deepEqual(await inbox.get(organization, event.id), { ...event, ...fresh });
    assert.equal(await inbox.get(stranger, event.id), undefined);
    assert.equal(await inbox.get(organization, "unknown"), undefined);
  });

  it("keeps a delivery once per source, also when its deliveries race", async ({ inbox, news }) => {
    const again = () => news({ deliveryId: "one" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => inbox.accept([again()])));
    assert.equal(answers.flat().filter(Boolean).length, 1);
    const two = [again(), news({ deliveryId: "two" }), news({ deliveryId: "two" })];
    assert.deepEqual(await inbox.accept(two), [false, true, false]);
    assert.deepEqual(await inbox.accept([news({ deliveryId: "one", source: "other" })]), [true]);
    assert.deepEqual(await inbox.accept([news({ deliveryId: "one", organization: stranger })]), [true]);
    assert.equal((await inbox.list(organization, {}, all)).total, 3);
  });

  it("hands out what is due, the longest due first, and never twice", async ({ inbox, news }) => {
    const [late, early, future] = [
      news({ dueAt: start + 2 }),
      news({ dueAt: start + 1 }),
      news({ dueAt: start + minute }),
    ];
    await inbox.accept([late, early, future, news({ source: "other" })]);
    const claim = (limit: number) => inbox.claimDue(shop, start + 2, leaseAt(start), limit);
    const ids = (await Promise.all([claim(1), claim(1), claim(9)])).map((claims) => claims.map(({ id }) => id));
    assert.deepEqual(ids, [[early.id], [late.id], []]);
  });

  it("a lease that lapsed is handed out again, and its old holder settles nothing", async ({ inbox, claimed }) => {
    const event = await claimed();
    const again = await inbox.claimDue(shop, leaseAt(start), leaseAt(start) + minute, 9);
    assert.deepEqual(again, [event]);
    const lost = await inbox.settle(nothing(event.id, { status: "dead", reason: "gone" }), leaseAt(start));
    assert.deepEqual(lost, { ...nothingElse, held: false, status: "received", reason: null });
    assert.equal((await inbox.get(organization, event.id))?.status, "received");
  });

  it("a claim that was given back is handed out at once, by whoever holds it", async ({ inbox, claimed }) => {
    const event = await claimed();
    await inbox.release([event.id, "unknown"], start);
    assert.deepEqual(await inbox.claimDue(shop, start, leaseAt(start), 9), []);
    await inbox.release([event.id], leaseAt(start));
    assert.deepEqual(await inbox.claimDue(shop, start, leaseAt(start), 9), [event]);
  });

  it("says when the next event of a source is due", async ({ inbox, news }) => {
    assert.equal(await inbox.nextDue(shop), null);
    await inbox.accept([news({ dueAt: start + minute }), news({ dueAt: start })]);
    assert.equal(await inbox.nextDue(shop), start);
    const [first] = await inbox.claimDue(shop, start, start + 9, 9);
    assert.equal(await inbox.nextDue(shop), start + 9);
    await inbox.settle(nothing(first?.id ?? "", { lease: start + 9 }), start);
    assert.equal(await inbox.nextDue(shop), start + minute);
    assert.equal(await inbox.nextDue("other"), null);
  });

  it("tries an event again when it is to, and counts the failures", async ({ inbox, claimed }) => {
    const event = await claimed();
    const failed = { status: "received", notes: ["The platform did not answer"], retryAt: start + minute } as const;
    const settled = await inbox.settle(nothing(event.id, failed), start);
    assert.deepEqual(settled, { ...nothingElse, held: true, status: "received", reason: null });
    assert.deepEqual(await inbox.claimDue(shop, start + minute - 1, start + 9 * minute, 9), []);
    const [again] = await inbox.claimDue(shop, start + minute, start + 9 * minute, 9);
    assert.deepEqual([again?.failures, again?.notes], [1, failed.notes]);
  });

  it("one who takes over lapses every lease", async ({ store, inbox, claimed }) => {
    const event = await claimed();
    await store.takeOver();
    assert.deepEqual(await inbox.claimDue(shop, start, leaseAt(start), 9), [event]);
  });

  it("one who takes over from one process of several lapses what that one held", async ({ store, inbox, claimed }) => {
    const event = await claimed();
    await store.takeOver({ executions: [], sources: ["other"] });
    assert.deepEqual(await inbox.claimDue(shop, start, leaseAt(start), 9), []);
    await store.takeOver({ executions: [], sources: [shop] });
    assert.deepEqual(await inbox.claimDue(shop, start, leaseAt(start), 9), [event]);
  });

  it("lists newest first, by source, status, type and time, without bodies", async ({ inbox, claimed, news }) => {
    const dead = await claimed({ body: bytes("long") });
    await inbox.settle(nothing(dead.id, { status: "dead", reason: "gone", notes: ["It is gone"] }), start);
    const other = news({ source: "other", receivedAt: start + 1, type: "ping" });
    const later = news({ receivedAt: start + 2 });
    await inbox.accept([other, later]);
    const ids = async (filter: object) => (await inbox.list(organization, filter, all)).items.map(({ id }) => id);
    assert.deepEqual(await ids({}), [later.id, other.id, dead.id]);
    assert.deepEqual(await ids({ source: shop }), [later.id, dead.id]);
    assert.deepEqual(await ids({ status: "dead" }), [dead.id]);
    assert.deepEqual(await ids({ status: "received", source: shop }), [later.id]);
    assert.deepEqual(await ids({ type: "ping" }), [other.id]);
    assert.deepEqual(await ids({ from: start + 1, to: start + 2 }), [other.id]);
    assert.deepEqual((await inbox.list(organization, {}, { page: 3, limit: 1 })).items, [
      { ...dead, status: "dead", reason: "gone", notes: ["It is gone"], dueAt: null, body: new Uint8Array() },
    ]);
    assert.equal((await inbox.list(stranger, {}, all)).total, 0);
    assert.deepEqual((await inbox.get(organization, dead.id))?.body, bytes("long"));
  });

  it("keeps refused requests", async ({ inbox }) => {
    const request: RefusedRequest = {
      ...{ id: "r1", organization, source: shop, at: start, reason: "bad_signature", remote: "192.0.2.1" },
      headers: { "content-type": "application/json" },
    };
    const second: RefusedRequest = { ...request, id: "r2", at: start + 1, reason: "stale" };
    for (const one of [request, request, second]) await inbox.refuse(one);
    assert.deepEqual(await inbox.refused(organization, shop, all), { items: [second, request], total: 2 });
    assert.equal((await inbox.refused(organization, "other", all)).total, 0);
    assert.equal((await inbox.refused(stranger, shop, all)).total, 0);
  });

  it("counts what became of a source's events", async ({ inbox, claimed, news, cause }) => {
    const none = { received: 0, processed: 0, ignored: 0, dead: 0, refused: 0, waiting: 0 };
    assert.deepEqual(await inbox.counts(organization, shop), { ...none, lastEventAt: null, lastError: null });
    for (const note of ["first", "second"]) {
      const { id } = await claimed({ receivedAt: start + (note === "second" ? 5 : 0) });
      await inbox.settle(nothing(id, { status: "dead", notes: ["tried", note] }), start);
    }
    await cause({});
    await cause({ status: "ignored", reason: "no_rule" });
    await inbox.accept([news({ receivedAt: start + 9 })]);
    const counts = { received: 5, processed: 1, ignored: 1, dead: 2, refused: 0, waiting: 1 };
    assert.deepEqual(await inbox.counts(organization, shop), {
      ...counts,
      lastEventAt: start + 9,
      lastError: "second",
    });
    assert.equal((await inbox.counts(stranger, shop)).received, 0);
  });

  it("keeps what a person made of a source", async ({ inbox }) => {
    assert.equal(await inbox.sourceState(organization, shop), undefined);
    for (const state of ["paused", "paused", "running"] as const) {
      await inbox.setSourceState(organization, shop, state, start);
      assert.equal(await inbox.sourceState(organization, shop), state);
    }
    assert.equal(await inbox.sourceState(stranger, shop), undefined);
    assert.equal(await inbox.sourceState(organization, "other"), undefined);
  });

  it("expires settled events and refused requests, and nothing that waits", async ({ store, inbox, cause, news }) => {
    const old = { receivedAt: start - 2 };
    const settled = [];
    for (const status of ["processed", "ignored", "dead"] as const)
      settled.push((await cause({ status }, start, { ...old, deliveryId: status })).eventId);
    const waiting = news({ ...old, deliveryId: "waiting" });
    const young = await cause({}, start, { receivedAt: start });
    await inbox.accept([waiting]);
    for (const at of [start - 2, start]) {
      const request = {
        id: `r${at}`,
        organization,
        source: shop,
        at,
        reason: "malformed",
        remote: "x",
        headers: {},
      } as const;
      await inbox.refuse(request);
    }
    const before = { outbox: 0, idempotency: 0, events: start, refused: start };
    assert.equal(await store.expire(before, 2), 3);
    assert.equal(await store.expire(before, 9), 1);
    assert.equal(await store.expire(before, 9), 0);
    for (const id of settled) assert.equal(await inbox.get(organization, id), undefined);
    for (const id of [waiting.id, young.eventId]) assert.ok(await inbox.get(organization, id));
    assert.equal((await inbox.refused(organization, shop, all)).total, 1);
    assert.deepEqual(await inbox.accept([news({ deliveryId: "dead" })]), [true]);
  });
}
