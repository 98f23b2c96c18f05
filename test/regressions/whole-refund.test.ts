import { test } from "tap";
import type { Store } from "../../core/contracts/store.js";
import type { SqliteStore } from "../../core/stores/sqlite/sqlite-store.js";
import { organization } from "../core/pipeline/engine.js";
import { first, paid, refundingShop, refundMore } from "../core/pipeline/refunding-shop.js";

// Found by `npm run faults -- ingest --runs 10 --seed 1`. Each of two refunds that were worked on at once left something of the order; that
// both together left nothing was found out after the second was settled, and lost when the process died in between.
test("two refunds at once are all of the order, also when the process dies as soon as the second is settled", async (t) => {
  let isDying = false;
  const between = (store: SqliteStore): Store => {
    const inbox: Store["inbox"] = {
      ...store.inbox,
      async settle(result, now) {
        const settled = await store.inbox.settle(result, now);
        if (isDying) throw new Error("killed");
        return settled;
      },
    };
    return new Proxy<Store>(store, {
      get: (target, name): unknown => (name === "inbox" ? inbox : Reflect.get(target, name)),
    });
  };
  const { stage, deliver, order, states } = await refundingShop(t, { between });
  await deliver(paid);
  await stage.work();
  t.same(await states(), ["open"]);
  await stage.desk.setStatus(organization, "shop", "paused");
  for (const one of [first, refundMore(2, "49.00")]) await deliver(one);
  await stage.desk.setStatus(organization, "shop", "running");
  isDying = true;
  await stage.work();
  isDying = false;
  await stage.engine.store.takeOver();
  await stage.sweep.run();
  await stage.work();
  t.match(await order(), { status: "refunded" });
  t.same(await states(), ["cancelled"]);
});

// Found by the same. While the server was down the order was put off for longer than its refunds.
test("an order that is told of after all its refunds starts nobody, and is refunded", async (t) => {
  const { stage, deliver, order, states } = await refundingShop(t);
  for (const one of [first, refundMore(2, "49.00"), paid]) {
    await deliver(one);
    await stage.work();
  }
  await stage.work();
  t.match(await order(), { status: "refunded", data: { total: 448 } });
  t.same(await states(), []);
  t.same(await stage.said(), ["ignored no_rule", "ignored no_rule", "ignored stale", "processed"]);
});
