import { strict as assert } from "node:assert";
import type { Entity, EntityUpdate } from "../inbox.js";
import type { Store } from "../store.js";
import { onInboxStage, said, shop, type InboxStage } from "./store-inbox-stage.js";
import { day, minute, organization, start, stranger } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** What is known of orders and bookings, in whatever order it is told. */
export function entitySuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onInboxStage(test, make, "entities");
  const order = (rest: Partial<EntityUpdate>) => ({ kind: "order", startsAt: null, endsAt: null, ...rest }) as const;

  it("keeps what an event says, and finds it by any of its names", async ({ inbox, cause }) => {
    await cause({ entity: { aliases: ["booking:b"], version: 3 } }, start + minute);
    const { key, kind, status, startsAt, endsAt, data } = said();
    const entity = { organization, source: shop, key, kind, status, startsAt, endsAt, data, version: 3 };
    const kept: Entity = { ...entity, updatedAt: start + minute, endedDueAt: null };
    assert.deepEqual(await inbox.entity(organization, shop, "booking:1"), kept);
    assert.deepEqual(await inbox.entity(organization, shop, "booking:b"), kept);
    assert.equal(await inbox.entity(organization, "other", "booking:1"), undefined);
    assert.equal(await inbox.entity(stranger, shop, "booking:1"), undefined);
  });

  it("takes newer and equal versions and those without, and of older ones only what nobody has said", async (stage) => {
    const { cause } = stage;
    await cause({ entity: { version: 5, status: null, data: { a: 1, b: null, list: [1] } } });
    await cause({ entity: { version: 5, startsAt: start, data: { a: 2, b: null, list: [] } } });
    assert.deepEqual(await facts(stage), ["booked", start, { a: 2, b: null, list: [1] }, 5]);
    await cause({ entity: { version: 4, status: "requested", startsAt: start + day, data: { a: 9, b: 9, c: 9 } } });
    assert.deepEqual(await facts(stage), ["booked", start, { a: 2, b: 9, c: 9, list: [1] }, 5]);
    await cause({ entity: { version: 6, status: null, startsAt: null, endsAt: null, data: { a: 3 } } });
    assert.deepEqual(await facts(stage), ["booked", start, { a: 3, b: 9, c: 9, list: [1] }, 6]);
    await cause({ entity: { version: null, status: "ended", startsAt: null, data: {} } });
    assert.deepEqual(await facts(stage), ["ended", start, { a: 3, b: 9, c: 9, list: [1] }, 6]);
  });

  it("a status that is over goes only by what is known to be newer", async (stage) => {
    const { cause } = stage;
    for (const over of ["cancelled", "refunded", "noShow"]) {
      const key = `booking:${over}`;
      const version = async () => (await facts(stage, key))[0];
      await cause({ entity: { key, status: over, version: 5 } });
      for (const older of [4, 5, null]) await cause({ entity: { key, status: "booked", version: older } });
      assert.equal(await version(), over);
      await cause({ entity: { key, status: "booked", version: 6 } });
      assert.equal(await version(), "booked");
    }
  });

  it("nobody is started for what is over", async ({ inbox, cause, planned }) => {
    const plans = () => [planned({ entity: "order:1" })];
    await cause({ entity: order({ key: "order:1", status: "refunded", version: 5 }) });
    const late = await cause({ plans: plans(), entity: order({ key: "order:1", status: "paid", version: 4 }) });
    assert.deepEqual([late.status, late.reason, late.ring], ["ignored", "stale", []]);
    const notes = (await inbox.get(organization, late.eventId))?.notes;
    assert.deepEqual(notes, ["Rule on[0] started nobody: what it is about is cancelled, refunded or a no-show"]);
    const newer = await cause({ plans: plans(), entity: order({ key: "order:1", status: "paid", version: 6 }) });
    assert.equal(newer.ring.length, 1);
  });

  it("an order joins the refund that came before it", async ({ inbox, cause, planned }) => {
    const refund = order({ key: "order:payment:p", status: "refunded", version: 9, data: { id: "payment:p" } });
    await cause({ entity: refund });
    const paid = order({ key: "order:1", aliases: ["order:payment:p"], status: "paid", version: 8, data: { id: "1" } });
    const late = await cause({ entity: paid, plans: [planned({ entity: "order:1" })] });
    assert.equal(late.reason, "stale");
    const entity = await inbox.entity(organization, shop, "order:payment:p");
    assert.deepEqual([entity?.key, entity?.status], ["order:1", "refunded"]);
    assert.deepEqual(entity, await inbox.entity(organization, shop, "order:1"));
  });

  it("a refund that names an order by another name keeps the order's own", async (stage) => {
    const { inbox, cause } = stage;
    await cause({
      entity: order({ key: "order:1", aliases: ["order:p"], status: "paid", data: { id: "1", total: 9 } }),
    });
    await cause({ entity: order({ key: "order:p", status: "refunded", data: { id: "p", total: null } }) });
    const entity = await inbox.entity(organization, shop, "order:1");
    assert.deepEqual([entity?.key, entity?.status, entity?.data], ["order:1", "refunded", { id: "1", total: 9 }]);
  });

  it("two that turn out to be one are joined, with what they started", async ({ inbox, cause, planned, started }) => {
    await started({ entity: "order:p" });
    await cause({ entity: order({ key: "order:p", status: "paid", version: 1 }) });
    await cause({ entity: order({ key: "order:1", status: "open", version: 2 }) });
    await cause({ entity: order({ key: "order:1", aliases: ["order:p"], status: null, version: 3 }) });
    for (const key of ["order:1", "order:p"]) {
      const entity = await inbox.entity(organization, shop, key);
      assert.deepEqual([entity?.key, entity?.status], ["order:1", "open"]);
    }
    assert.equal((await cause({ plans: [planned({ entity: "order:1" })] })).reason, "repeated");
  });

  it("two with ids of their own stay two, whatever name they share", async (stage) => {
    const { inbox, cause, started, planned } = stage;
    await started({ entity: "order:1" });
    await cause({ entity: order({ key: "order:1", aliases: ["order:p"], status: "paid" }) });
    await cause({ entity: order({ key: "order:2", aliases: ["order:p"], status: "open" }) });
    assert.equal((await cause({ plans: [planned({ entity: "order:2" })] })).ring.length, 1);
    await cause({ entity: order({ key: "order:p", status: "refunded" }) });
    assert.equal((await inbox.entity(organization, shop, "order:p"))?.key, "order:1", "the first keeps the name");
    assert.equal((await facts(stage, "order:1"))[0], "refunded");
    assert.equal((await facts(stage, "order:2"))[0], "open");
  });

  for (const names of [
    ["a", "b"],
    ["b", "a"],
    ["b", "a", "b", "a"],
  ]) {
    it(`both halves of a reschedule are one booking, as ${names.join(", ")}`, async (stage) => {
      const { inbox, cause, planned } = stage;
      const halves = {
        a: { key: "booking:a", status: "booked", startsAt: start + day, endsAt: start + day + 1 },
        b: { key: "booking:b", replaces: "booking:a", status: "booked", startsAt: start + 2 * day, endsAt: null },
      };
      let runs = 0;
      for (const name of names) {
        const half = halves[name as "a" | "b"];
        runs += (await cause({ entity: half, plans: [planned({ entity: half.key })] })).ring.length;
      }
      assert.equal(runs, 1, "both are one entity to the business key");
      for (const key of ["booking:a", "booking:b"]) {
        const entity = await inbox.entity(organization, shop, key);
        assert.deepEqual([entity?.key, entity?.status, entity?.startsAt], ["booking:b", "booked", start + 2 * day]);
      }
    });
  }

  it("a booking that was cancelled under its old name lives under its new one", async (stage) => {
    const { cause } = stage;
    await cause({ entity: { key: "booking:a", status: "cancelled", version: 9 } });
    await cause({ entity: { key: "booking:b", replaces: "booking:a", version: 8 } });
    await cause({ entity: { key: "booking:a", status: "cancelled", version: 10 } });
    assert.equal((await facts(stage, "booking:b"))[0], "booked");
    await cause({ entity: { key: "booking:b", status: "cancelled", version: 11 } });
    assert.equal((await facts(stage, "booking:a"))[0], "cancelled");
  });

  it("a chain of reschedules is one booking under its newest name", async ({ inbox, cause }) => {
    await cause({ entity: { key: "booking:a" } });
    await cause({ entity: { key: "booking:c", replaces: "booking:b", startsAt: start + 3 * day } });
    await cause({ entity: { key: "booking:b", replaces: "booking:a", startsAt: start + 2 * day } });
    for (const key of ["booking:a", "booking:b", "booking:c"]) {
      const entity = await inbox.entity(organization, shop, key);
      assert.deepEqual([entity?.key, entity?.startsAt], ["booking:c", start + 3 * day]);
    }
  });
}

async function facts({ inbox }: InboxStage, key = "booking:1"): Promise<unknown[]> {
  const { status, startsAt, data, version } = (await inbox.entity(organization, shop, key)) ?? assert.fail();
  return [status, startsAt, data, version];
}
