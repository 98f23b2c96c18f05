import { readFileSync } from "node:fs";
import t from "tap";
import { json } from "../connectors/delivered.js";
import { Installation } from "./harness.js";
import { platformServer } from "./platform-server.js";

const thanks = `purpose: transactional
steps:
  - { id: a, email: { subject: "Thanks {{ contact.firstName }} for {{ context.order }}", text: x } }
  - { id: w, wait: 30d }
  - { id: b, email: { subject: Again, text: x } }
`;
const rule = '  on: [ { event: order.paid, execute: thanks, context: { order: "order.id" } } ]\n';

t.test(
  "Shopify: paid, told twice, cancelled; refunded by the order; guests; people who are to be forgotten",
  async (t) => {
    const app = await Installation.start(
      t,
      { shop: { use: "orders", connector: "shopify", options: rule } },
      { thanks },
    );
    const paid = "shopify-orders-paid.json";
    t.equal(await app.deliver("shop", paid), 200);
    t.equal(await app.deliver("shop", paid), 200, "a redelivery");
    t.equal(await app.deliver("shop", "shopify-orders-paid-guest-null-customer.json"), 200);
    t.strictSame(await app.events("shop", 2), ["processed", "ignored no_email"]);
    t.strictSame(await app.untilMessages(1), ["mara.lindqvist@example.com: Thanks Mara for 6120448835730"]);
    t.equal(await app.deliver("shop", "shopify-orders-cancelled.json"), 200);
    await app.events("shop", 3);
    t.strictSame(await app.sendings(), ["cancelled by_entity"]);
    t.equal(
      await app.post("shop", "{}", { "x-shopify-topic": "orders/paid", "x-shopify-hmac-sha256": "nonsense" }),
      400,
    );
    t.equal(
      await app.deliver("shop", "shopify-customers-redact.json", (text) =>
        text.replace(/"email":\s*"[^"]+"/, '"email":"mara.lindqvist@example.com"'),
      ),
      200,
    );
    await app.events("shop", 4);
    t.strictSame(await app.messages(), [], "what was sent to her is forgotten");
  },
);

t.test("Shopify: a refund of all that the order came to ends it, a part of it does not", async (t) => {
  const app = await Installation.start(t, { shop: { use: "orders", connector: "shopify", options: rule } }, { thanks });
  await app.deliver("shop", "shopify-orders-paid.json");
  await app.untilMessages(1);
  const { total_price: total } = json("shopify-orders-paid.json") as { total_price: string };
  const refund = (amount: string, id: string) => (text: string) => {
    const body = JSON.parse(text) as { id: unknown; transactions: { amount: string }[] };
    return JSON.stringify({
      ...body,
      id,
      order_id: "6120448835730",
      transactions: [{ ...body.transactions[0], amount }],
    });
  };
  await app.deliver("shop", "shopify-refunds-create.json", refund("1.00", "1"));
  await app.events("shop", 2);
  t.strictSame(await app.sendings(), ["sent"]);
  await app.post("shop", refund(total, "2")(fixture("shopify-refunds-create.json")), {
    "x-shopify-topic": "refunds/create",
    "x-shopify-event-id": "2",
  });
  await app.events("shop", 3);
  t.strictSame(await app.sendings(), ["cancelled by_entity"]);
});

t.test("WooCommerce: the ping, drafts, paid once however often it is updated, a call-back", async (t) => {
  const platform = await platformServer(t);
  platform.set("/wp-json/wc/v3/orders/2381", json("woocommerce-order.updated-completed.json"));
  const api = `  api: { baseUrl: "${platform.url}", consumerKey: ck, consumerSecret: cs }\n`;
  const app = await Installation.start(
    t,
    { shop: { use: "orders", connector: "woocommerce", options: rule + api } },
    { thanks },
  );
  t.equal(
    await app.post("shop", "webhook_id=7", { "content-type": "application/x-www-form-urlencoded", "x-unsigned": "" }),
    200,
  );
  for (const file of [
    "woocommerce-order.updated-processing.json",
    "woocommerce-order.updated-completed.json",
    "woocommerce-action.woocommerce_order_status_completed.json",
  ]) {
    t.equal(await app.deliver("shop", file), 200);
  }
  await app.events("shop", 3);
  t.match(await app.untilMessages(1), [/^tomas.okafor@example.org: Thanks .* for 2381$/]);
  t.equal(await app.deliver("shop", "woocommerce-order.deleted.json"), 200);
  await app.events("shop", 4);
  t.strictSame(await app.sendings(), ["cancelled by_entity"]);
});

t.test("Stripe: paid at once and late are one, an expired session ends it", async (t) => {
  const app = await Installation.start(
    t,
    { pay: { use: "orders", connector: "stripe-checkout", options: rule } },
    { thanks },
  );
  t.equal(await app.deliver("pay", "stripe-checkout.session.completed.json"), 200);
  t.equal(
    await app.deliver("pay", "stripe-checkout.session.completed.json", (text) =>
      text.replace("evt_1Example", "evt_2Example"),
    ),
    200,
  );
  t.match(await app.events("pay", 2), ["processed", "ignored repeated"]);
  t.match(await app.untilMessages(1), [/^priya.raman@example.com: Thanks Priya for cs_test_/]);
  const expired = (text: string): string =>
    text.replace("evt_1Example", "evt_3Example").replace("checkout.session.completed", "checkout.session.expired");
  t.equal(await app.deliver("pay", "stripe-checkout.session.completed.json", expired), 200);
  await app.events("pay", 3);
  t.strictSame(await app.sendings(), ["cancelled by_entity"]);
});

t.test("Square: a payment, its refund in full, and a customer whom only the platform knows", async (t) => {
  const platform = await platformServer(t);
  platform.set("/v2/customers/RDX9Z4XTIZR7MRZJUXNY9HUK6I", json("square-api-customer.json"));
  platform.moods("/v2/customers/RDX9Z4XTIZR7MRZJUXNY9HUK6I", { status: 500 }, { status: 429, retryAfter: 1 });
  const options = `${rule}  api: { baseUrl: "${platform.url}", accessToken: t }\n`;
  const app = await Installation.start(t, { pos: { use: "orders", connector: "square", options } }, { thanks });
  t.equal(await app.deliver("pos", "square-test_notification.json"), 200);
  const nameless = (text: string): string => text.replace(/"buyer_email_address":\s*"[^"]+",?/, "");
  t.equal(await app.deliver("pos", "square-payment.updated.json", nameless), 200);
  t.match(await app.untilMessages(1), [/^noa.berg@example.com: Thanks /]);
  t.ok(platform.asked.length >= 3, "it was asked again after it could not answer");
  t.match(await app.events("pos", 2), ["ignored test_event", "processed"]);
});

t.test("BigCommerce: everything is asked for; an order that is gone starts nobody", async (t) => {
  const platform = await platformServer(t);
  platform.set("/stores/a/v2/orders/4417", json("bigcommerce-api-v2-order.json"));
  platform.set("/stores/a/v2/orders/4417/products", json("bigcommerce-api-v2-order-products.json"));
  const done = rule.replace("order.paid", "order.completed");
  const options = `${done}  api: { baseUrl: "${platform.url}", storeHash: a, accessToken: t }\n`;
  const app = await Installation.start(t, { big: { use: "orders", connector: "bigcommerce", options } }, { thanks });
  const ours = (text: string): string => text.replace(/stores\/[a-z0-9]+/, "stores/a");
  t.equal(await app.deliver("big", "bigcommerce-store-order-statusUpdated.json", ours), 200);
  t.match(await app.untilMessages(1), [/^priya.raman@example.com: Thanks .* for 4417$/]);
  platform.set("/stores/a/v2/orders/4417", null);
  t.equal(await app.deliver("big", "bigcommerce-store-order-created.json", ours), 200);
  t.match((await app.events("big", 2))[1], /ignored|processed/);
  t.equal((await app.messages()).length, 1);
});

function fixture(file: string): string {
  return readFileSync(`test/fixtures/connectors/${file}`, "utf8");
}
