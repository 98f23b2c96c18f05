import { test } from "tap";
import { shopify } from "../../../connectors/shopify/shopify.js";
import { InTurn } from "../../../core/pipeline/in-turn.js";
import { ordersPlugin } from "../../../plugins/orders/orders.js";
import { altered, connected } from "../../connectors/delivered.js";
import { staged } from "../../plugins/stage.js";
import { sequenceOf, step } from "./sequence.js";
import { SourceStage } from "./source-stage.js";

test("work about one thing waits for its turn, also behind work that fails", async (t) => {
  const turns = new InTurn();
  const done: string[] = [];
  const after = (name: string, before: Promise<void>) => async () => {
    await before;
    done.push(name);
    return name;
  };
  let [open, fail] = [(): void => undefined, (_: Error): void => undefined];
  const first = turns.run("a", after("a1", new Promise<void>((resolve) => (open = resolve))));
  const second = turns.run("a", after("a2", new Promise<void>((_, reject) => (fail = reject))));
  const third = turns.run("a", after("a3", Promise.resolve()));
  t.equal(await turns.run("b", after("b", Promise.resolve())), "b");
  t.equal(await turns.run(null, after("alone", Promise.resolve())), "alone");
  fail(new Error("broken"));
  open();
  t.equal(await first, "a1");
  await t.rejects(second, /broken/);
  t.equal(await third, "a3");
  t.same(done, ["b", "alone", "a1", "a3"]);
  t.equal(await turns.run("a", after("a4", Promise.resolve())), "a4");
});

test("a payment that is told after the cancellation of its order starts nobody, though both are worked on at once", async (t) => {
  const on = [
    { event: "order.cancelled", execute: "thanks" },
    { event: "order.paid", execute: "welcome" },
  ];
  const options = { connector: "shopify", secrets: ["s"], maxAge: "4000d", on };
  const { translate } = await staged(ordersPlugin(new Map([["shopify", shopify]])), options);
  const sequences = [sequenceOf([step.email("hello")]), sequenceOf([step.email("sorry")], { key: "thanks", id: "s" })];
  const connector = { ...connected(shopify), verify: () => undefined };
  const stage = await SourceStage.start(t, sequences, { connector, translate });
  const shelf = stage.engine.store.sequences;
  const { find } = shelf;
  // Whatever the first of them waits for.
  shelf.find = async (...asked) => {
    if (asked[1] === "thanks") await new Promise((resolve) => setImmediate(resolve));
    return find(...asked);
  };
  const receivedAt = stage.engine.clock.now();
  for (const file of ["shopify-orders-cancelled.json", "shopify-orders-paid.json"]) {
    await stage.receive.run(stage.source, { ...altered(file, {}), receivedAt }, "127.0.0.1");
  }
  await stage.work();
  t.same(await stage.said(), ["processed", "ignored stale"]);
});
