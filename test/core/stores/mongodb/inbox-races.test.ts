import { strict as assert } from "node:assert";
import { test } from "tap";
import type { IntakeResult, NewEvent } from "../../../../core/contracts/inbox.js";
import { leaseAt, nothing, onInboxStage, said, shop } from "../../../../core/contracts/suites/store-inbox-stage.js";
import { all, minute, organization, start } from "../../../../core/contracts/suites/store-stage.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { storeAndPeers } from "./peers.js";
import { doneDuring } from "./plans.js";

/** Events of several processes at the same time: whatever comes of them came one after another. */
const { make, store } = storeAndPeers();
const it = onInboxStage((name, body) => test(name, { skip: withoutMongodb }, body), make, "inbox races");
const order = { kind: "order", key: "order:1", startsAt: null, endsAt: null } as const;
const count = (length: number) => Array.from({ length }, (_, index) => index);

it("a delivery is kept once, however many bring it, alone or with others", async ({ inbox, news }) => {
  const bring = (index: number): NewEvent[] => {
    const alone = [news({ deliveryId: "one" })];
    return index % 2 === 0 ? alone : [...alone, news({ deliveryId: `with:${index}` })];
  };
  const answers = await Promise.all(count(18).map((index) => store(index).inbox.accept(bring(index))));
  assert.equal(answers.filter(([isNew]) => isNew).length, 1);
  assert.ok(answers.every(([, isNew = true]) => isNew));
  assert.equal((await inbox.list(organization, {}, all)).total, 10);
});

it("an event is handed out to one, and nobody comes away empty while there is something left", async (stage) => {
  const { inbox, news } = stage;
  await inbox.accept(count(90).map(() => news()));
  const claim = (index: number) => store(index).inbox.claimDue(shop, start, leaseAt(start), 10);
  const ids = (await Promise.all(count(9).map(claim))).flat().map(({ id }) => id);
  for (let more = await claim(0); more.length > 0; more = await claim(0)) ids.push(...more.map(({ id }) => id));
  assert.equal(ids.length, 90);
  assert.equal(new Set(ids).size, 90);
});

it("one event that several settle is settled by one", async (stage) => {
  const { claimed, planned } = stage;
  const { id } = await claimed();
  const results = count(9).map(() => nothing(id, { entity: said(), plans: [planned({ entity: "booking:1" })] }));
  const settled = await Promise.all(results.map((result, index) => store(index).inbox.settle(result, start)));
  assert.equal(settled.filter(({ held }) => held).length, 1);
  assert.deepEqual(new Set(settled.map(({ status }) => status)), new Set(["processed"]));
  const { items } = await stage.store.sendings.list(organization, {}, all, start);
  assert.equal(items.length, 1);
});

it("many events of one entity are settled at once, and each adds what it says", async ({ inbox, claimed, planned }) => {
  const events = [];
  for (const index of count(24)) events.push({ ...(await claimed()), index });
  const began = performance.now();
  const settled = await Promise.all(
    events.map(({ id, index }) => {
      const entity = said({ ...order, aliases: [`order:${index}a`], data: { [`of${index}`]: true } });
      const plans = [planned({ entity: index % 2 ? "order:1" : `order:${index}a` })];
      return store(index).inbox.settle(nothing(id, { entity, plans }), start);
    }),
  );
  assert.ok(performance.now() - began < 15_000, "it ends");
  assert.equal(settled.filter(({ held }) => held).length, 24);
  assert.equal(settled.flatMap(({ ring }) => ring).length, 1, "one business key");
  const entity = await inbox.entity(organization, shop, "order:23a");
  assert.equal(Object.keys(entity?.data ?? {}).length, 24);
});

it("settlements that wait share a transaction, those of one entity under several names too", async (stage) => {
  const { inbox, cause, claimed, planned } = stage;
  const { db } = store(0).database;
  const aliases = count(6).map((index) => `order:${index}a`);
  await cause({ entity: { ...order, aliases } });
  const others = count(18).map((index) => said({ ...order, key: `order:${index}`, data: { own: index } }));
  const same = aliases.map((key, index) => said({ ...order, key, data: { [`of${index}`]: true } }));
  const results: IntakeResult[] = [];
  for (const entity of [...others, ...same]) {
    const plans = [planned({ entity: entity.key, emails: [`${entity.key}@example.com`] })];
    results.push(nothing((await claimed()).id, { entity, plans }));
  }
  const settle = async (these: readonly IntakeResult[]) => {
    const settled = await Promise.all(these.map((result) => inbox.settle(result, start)));
    assert.ok(settled.every(({ held }) => held));
    return settled.flatMap(({ ring }) => ring).length;
  };
  const done = await doneDuring(db, async () => assert.equal(await settle(results.slice(0, 18)), 18));
  assert.ok(done.filter(({ collection }) => collection === "contacts").length < 18, "of several events");
  assert.equal(await settle(results.slice(18)), 6);
  assert.deepEqual((await inbox.entity(organization, shop, "order:9"))?.data, { own: 9 });
  assert.equal(Object.keys((await inbox.entity(organization, shop, "order:1"))?.data ?? {}).length, 8);
});

it("two that are told at once to be one are one under both names", async ({ claimed }) => {
  const { entities } = store(0).database;
  for (const round of count(8)) {
    const [a, b] = [`order:${round}a`, `order:${round}b`] as const;
    const both = [said({ ...order, key: a, aliases: [b] }), said({ ...order, key: b, aliases: [a] })];
    const events = [await claimed(), await claimed()];
    await Promise.all(
      events.map(({ id }, index) => store(index).inbox.settle(nothing(id, { entity: both[index] ?? null }), start)),
    );
    const found = await entities.find({ names: { $in: [a, b] } }).toArray();
    assert.deepEqual(
      found.map(({ names }) => names.toSorted()),
      [[a, b]],
    );
  }
});

for (const isKnown of [true, false]) {
  it(`nobody is left in what is over, ${isKnown ? "known" : "unknown"} before`, async (stage) => {
    const { cause, claimed, planned, inbox } = stage;
    const ended = { started: 0, stale: 0 };
    for (const round of count(12)) {
      const key = `order:${round}`;
      if (isKnown) await cause({ entity: { ...order, key } });
      const paid = nothing((await claimed()).id, { plans: [planned({ entity: key })] });
      const refunded = nothing((await claimed()).id, {
        entity: said({ ...order, key, status: "refunded" }),
        cancels: [{ source: shop, entity: key, reason: "by_entity", sequenceIds: null }],
      });
      const both = round % 2 ? [paid, refunded] : [refunded, paid];
      await Promise.all(both.map((result, index) => store(index).inbox.settle(result, start)));
      const { reason } = (await inbox.get(organization, paid.eventId)) ?? assert.fail();
      ended[reason === "stale" ? "stale" : "started"] += 1;
    }
    const { items } = await stage.store.sendings.list(organization, {}, all, start);
    assert.equal(items.length, ended.started);
    assert.ok(items.every(({ state, reason }) => state === "cancelled" && reason === "by_entity"));
  });
}

it("a wait that begins while its times change follows the new ones", async (stage) => {
  const { started, claimOne, cause, claimed, state } = stage;
  const later = { startsAt: start + 9 * minute, endsAt: start + 10 * minute };
  const { startsAt, endsAt } = said();
  for (const round of count(12)) {
    const key = `booking:${round}`;
    if (round % 3) await cause({ entity: { key } });
    const { executionId, sendingId } = await started({ entity: key, emails: [`${round}@example.com`] });
    const { attemptId } = await claimOne(executionId);
    const anchor = round % 3 ? { startsAt, endsAt } : { startsAt: null, endsAt: null };
    const at = { ...(await state(sendingId)), stage: "anchored" as const, dueAt: start + 5 * minute };
    const settlement = { sendingId, attemptId, outcome: null, position: at, notes: [], anchor };
    const moving = nothing((await claimed()).id, { entity: said({ key, ...later }) });
    const both = [() => store(0).attempts.settle([settlement], start), () => store(1).inbox.settle(moving, start)];
    await Promise.all((round % 2 ? both : both.toReversed()).map((one) => one()));
    assert.deepEqual([(await state(sendingId)).stage, (await state(sendingId)).dueAt], ["before", start]);
  }
});

it("a cancel comes through while its sendings are claimed and called", async (stage) => {
  const { planned, cause, claimed, newId } = stage;
  const emails = count(40).map((index) => `${index}@example.com`);
  const plan = planned({ entity: "order:1", emails });
  await cause({ plans: [plan] });
  const { id } = await claimed();
  const cancels = [{ source: shop, entity: "order:1", reason: "by_entity", sequenceIds: null }] as const;
  let isOver = false;
  const work = async (index: number): Promise<void> => {
    const { sendings, attempts } = store(index);
    for (let now = start; !isOver; now += minute) {
      const request = { executionId: plan.execution.id, now, leaseUntil: now + minute, limit: 5, newId };
      const claims = await sendings.claimDue(request);
      const calls = claims.map(({ attemptId, claimedAt, sending }) => ({
        ...{ attemptId, claimedAt, sendingId: sending.id, stepId: "hello", channel: "email" },
      }));
      await attempts.calling(calls, now);
      await attempts.settle(
        claims.map(({ attemptId, sending }) => {
          const outcome = { status: "deferred" as const, reason: null, providerId: null };
          return { sendingId: sending.id, attemptId, outcome, position: { ...sending, dueAt: now }, notes: [] };
        }),
        now,
      );
      if (claims.length === 0) return;
    }
  };
  const workers = count(3).map(work);
  const settled = await store(1).inbox.settle(nothing(id, { cancels }), start);
  isOver = true;
  await Promise.all(workers);
  assert.equal(settled.held, true);
  const { items } = await stage.store.sendings.list(organization, {}, all, start);
  assert.equal(items.filter(({ state }) => state === "cancelled").length, 40);
});

it("an end is told once, whoever tells it", async ({ cause, inbox, news }) => {
  await cause({ entity: { endedDelay: 0 } });
  const [entity = assert.fail()] = await inbox.ended(Number.MAX_SAFE_INTEGER, 1);
  const told = await Promise.all(count(6).map((index) => store(index).inbox.tellEnded(entity, news())));
  assert.equal(told.filter(Boolean).length, 1);
  assert.equal((await inbox.list(organization, { status: "received" }, all)).total, 1);
});

it("what an order gives back last is told once", async ({ cause, claimed, inbox }) => {
  await cause({ entity: { ...order, status: "paid", data: { total: 9, currency: "EUR" } } });
  const ids = ["a", "b", "c"];
  for (const id of ids) await claimed({ id, deliveryId: id });
  const settled = await Promise.all(
    ids.map((id, index) => {
      const data = { [`refund:${id}`]: { amount: 3, currency: "EUR" }, refundEvent: id };
      const entity = said({ ...order, status: "partlyRefunded", data });
      return store(index).inbox.settle(nothing(id, { entity }), start);
    }),
  );
  assert.equal(settled.filter(({ isGivenBack }) => isGivenBack).length, 1);
  assert.equal((await inbox.list(organization, { status: "received" }, all)).total, 1);
});
