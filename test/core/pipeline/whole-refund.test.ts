import { test } from "tap";
import type { OrderReading } from "../../../core/contracts/connector.js";
import type { JsonObject } from "../../../core/contracts/model.js";
import { asLast, refundOf, tellsRefund, withRefund } from "../../../core/pipeline/whole-refund.js";
import { refundData } from "../../../core/contracts/refunds.js";
import { orderReading } from "../../../connectors/readings.js";
import { altered } from "../../connectors/delivered.js";
import { organization } from "./engine.js";
import { first, paid, refundingShop, refundMore } from "./refunding-shop.js";

const event = { id: "e", type: "x", words: ["order.partlyRefunded"], occurredAt: null, payload: {} } as const;
const back = (refunded: number, change: Partial<OrderReading> = {}) =>
  orderReading({ id: "1", refunded, refundId: "b", currency: "EUR", status: "partlyRefunded", ...change });
const isLast = (data: JsonObject, reading: OrderReading, words: typeof event.words | readonly [] = event.words) =>
  refundOf({ words }, reading, { data, version: null }, "e")?.isLast;

test("a refund is the last when all of them reach the total", async (t) => {
  const told = (name: string, amount: number, currency: string | null = "EUR") =>
    refundData({ name, amount, currency, eventId: "e" });
  const order = { total: 0.3, currency: "EUR", ...told("a", 0.1) };
  t.equal(isLast(order, back(0.2)), true, "though 0.1 + 0.2 is not 0.3");
  t.equal(isLast(order, back(0.19)), false);
  t.equal(isLast({ ...order, ...told("b", 0.2) }, back(0.19)), false, "told twice it counts as it is told now");
  t.equal(isLast(order, back(0.2, { currency: "USD" })), false, "of another currency");
  t.equal(isLast(order, back(0.2, { currency: null })), true);
  t.equal(isLast({ ...order, total: null }, back(0.2)), false, "of unknown worth");
  t.equal(isLast({ ...order, total: 0, ...told("a", 0) }, back(0)), false, "there was nothing to give back");
  t.equal(isLast(order, back(0.2), []), false, "called no refund");
  t.equal(refundOf(event, back(9), undefined, "e")?.isLast, false, "of an order that nobody knows");
  t.equal(refundOf(event, orderReading({ id: "1", refunded: 1 }), undefined, "e")?.name, "e", "by its event");
});

test("what tells no refund is left as it is", async (t) => {
  t.equal(tellsRefund(orderReading({ id: "1" })), false);
  t.equal(tellsRefund(undefined), false);
  t.equal(refundOf(event, orderReading({ id: "1" }), undefined, "e"), undefined);
  t.equal(asLast(event, undefined), event);
  const commands = [{ do: "redact", email: "a@x.example" }] as const;
  t.equal(withRefund(commands, undefined), commands);
  t.same(withRefund(commands, refundOf(event, back(1), undefined, "e")), commands);
});

test("a refund that came to nothing takes back what was counted of it", async (t) => {
  const failed = orderReading({ id: "1", refundId: "a" });
  const refund = refundOf({ words: [] }, failed, { data: { total: 5 }, version: 1 }, "e");
  t.match(refund, { name: "a", amount: 0, isLast: false });
});

test("Shopify's recorded refund leaves a part, and the one of the rest ends what the order started", async (t) => {
  const { stage, deliver, order, states } = await refundingShop(t);
  await deliver(paid);
  await stage.work();
  t.same(await states(), ["open"]);
  await deliver(first);
  await deliver(altered("shopify-refunds-create.json", {}, { "x-shopify-event-id": "told-again" }));
  await stage.work();
  t.match(await order(), {
    status: "partlyRefunded",
    data: { total: 448, currency: "SEK", "refund:933011227794": { amount: 399, currency: "SEK" } },
  });
  t.same(await states(), ["open"]);
  await deliver(refundMore(2, "48.99"));
  await stage.work();
  t.same(await states(), ["open"]);
  await deliver(refundMore(3, "0.01", "2026-10-14T10:00:00+02:00"));
  await stage.work();
  t.match(await order(), {
    status: "refunded",
    data: { status: "refunded", total: 448, "refund:3": { amount: 0.01, currency: "SEK" } },
  });
  t.same(await states(), ["cancelled"]);
  t.match((await stage.events()).at(-1), { status: "processed", commands: [{ do: "entity" }, { do: "cancel" }] });
});

test("refunds that come at once are found to be all of it, one after the other", async (t) => {
  const { stage, deliver, order, states } = await refundingShop(t);
  await deliver(paid);
  await stage.work();
  await stage.desk.setStatus(organization, "shop", "paused");
  for (const one of [first, refundMore(2, "49.00")]) await deliver(one);
  await stage.desk.setStatus(organization, "shop", "running");
  await stage.work();
  await stage.work();
  t.match(await order(), { status: "refunded" });
  t.same(await states(), ["cancelled"]);
  t.match((await stage.events()).at(-1), { status: "processed", commands: [{ do: "entity" }, { do: "cancel" }] });
});

test("a refund in the currency of the customer does not take the place of the order's, nor count", async (t) => {
  const { stage, deliver, order, states } = await refundingShop(t);
  const foreign = { kind: "refund", status: "success", amount: "900.00", currency: "JPY" };
  for (const one of [paid, altered("shopify-refunds-create.json", { transactions: [foreign] })]) {
    await deliver(one);
    await stage.work();
  }
  t.match(await order(), { status: "partlyRefunded", data: { currency: "SEK" } });
  t.same(await states(), ["open"]);
});
