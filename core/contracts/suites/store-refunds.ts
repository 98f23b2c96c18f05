import { strict as assert } from "node:assert";
import type { EntityUpdate } from "../inbox.js";
import { refundData } from "../refunds.js";
import type { Store } from "../store.js";
import { bytes, onInboxStage, shop, type InboxStage } from "./store-inbox-stage.js";
import { minute, organization, start } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** Refunds that are told one by one, until nothing is left of their order. */
export function refundSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onInboxStage(test, make, "refunds");
  const order = (rest: Partial<EntityUpdate>) =>
    ({ kind: "order", key: "order:1", startsAt: null, endsAt: null, status: "paid", ...rest }) as const;

  const paid = { entity: order({ data: { id: "1", total: 9, currency: "EUR" } }) };

  /** Tells a refund by an event of its own, as one of which nobody knew that it is the last. */
  function back({ cause }: InboxStage, name: string, amount: number, currency: string | null = "EUR") {
    const data = refundData({ name, amount, currency, eventId: name });
    const body = { headers: { "x-topic": "refunds" }, query: "a=1", body: bytes(`{"refund":"${name}"}`) };
    const event = { id: name, deliveryId: name, type: "refunds/create", occurredAt: start - minute, ...body };
    return cause({ entity: order({ status: "partlyRefunded", data }) }, start + minute, event);
  }

  const waiting = async ({ inbox }: InboxStage) => {
    const { items } = await inbox.list(organization, { source: shop, status: "received" }, { page: 1, limit: 9 });
    return Promise.all(items.map(({ id }) => inbox.get(organization, id)));
  };

  it("the one that leaves nothing is told again, as one event, whichever came last", async (stage) => {
    const { cause } = stage;
    assert.equal((await cause(paid)).isGivenBack, false);
    assert.equal((await back(stage, "a", 5)).isGivenBack, false);
    assert.equal((await back(stage, "b", 4)).isGivenBack, true);
    const [told, ...more] = await waiting(stage);
    assert.equal(more.length, 0);
    const { id: _, ...event } = told ?? { id: "" };
    const times = { occurredAt: start - minute, receivedAt: start + minute, dueAt: start + minute };
    assert.deepEqual(event, {
      ...{ organization, source: shop, deliveryId: "refunded:order:1", type: "refunds/create", ...times },
      ...{ headers: { "x-topic": "refunds" }, query: "a=1", body: bytes('{"refund":"b"}'), replayOf: "b" },
      ...{ status: "received", reason: null, commands: [], executionIds: [], notes: [], failures: 0 },
    });
    assert.equal((await cause(paid)).isGivenBack, false, "there is one already");
    assert.equal((await waiting(stage)).length, 1);
  });

  it("an order that is heard of when all of it was given back starts nobody", async (stage) => {
    const { cause, planned } = stage;
    await back(stage, "a", 9);
    assert.deepEqual(await waiting(stage), []);
    const late = await cause({ ...paid, plans: [planned({ entity: "order:1" })] });
    assert.deepEqual([late.isGivenBack, late.status, late.reason, late.ring], [true, "ignored", "stale", []]);
    assert.equal((await waiting(stage))[0]?.replayOf, "a");
    const told = await cause({ plans: [{ ...planned({ entity: "order:1" }), evenIfOver: true }] });
    assert.equal(told.ring.length, 1, "but for what is meant for that");
  });

  it("what leaves something, is of another currency, or was told to be all of it, is not told again", async (stage) => {
    const { cause } = stage;
    await cause(paid);
    assert.equal((await back(stage, "a", 8.99)).isGivenBack, false);
    assert.equal((await back(stage, "b", 900, "JPY")).isGivenBack, false);
    await cause({ entity: order({ status: "refunded", data: {} }) });
    assert.equal((await back(stage, "c", 9)).isGivenBack, false);
    assert.deepEqual(await waiting(stage), []);
  });

  it("a refund of which nothing is kept any more is not told again", async (stage) => {
    const { cause, inbox } = stage;
    await cause({ entity: order({ data: refundData({ name: "a", amount: 9, currency: null, eventId: "expired" }) }) });
    assert.equal((await cause(paid)).isGivenBack, false);
    assert.deepEqual(await waiting(stage), []);
    const { data } = (await inbox.entity(organization, shop, "order:1")) ?? {};
    assert.deepEqual(data?.["refund:a"], { amount: 9, currency: null });
  });
}
