import t from "tap";
import type { JsonObject } from "../../core/contracts/model.js";
import { Installation } from "./harness.js";
import { platformServer } from "./platform-server.js";
import { recorded } from "./telling.js";

const followUp = (subject: string): string => `purpose: transactional
steps:
  - { id: a, email: { subject: "${subject} {{ contact.firstName }} {{ context.order }}", text: x } }
  - { id: w, wait: 30d }
  - { id: b, email: { subject: Again, text: x } }
`;
const sequences = { thanks: followUp("Thanks"), rate: followUp("Arrived") };
const rules = `  on:
    - { event: order.paid, execute: thanks, context: { order: "order.number" } }
    - { event: order.delivered, execute: rate, context: { order: "order.number" } }
`;
const mara = "mara.lindqvist@example.com";

t.test("Shopify: whoever gets a parcel is known from the order; guests have no address", async (t) => {
  const app = await Installation.start(
    t,
    { shop: { use: "orders", connector: "shopify", options: rules } },
    { ...sequences },
  );
  for (const file of ["fulfillment_events-create", "orders-paid-guest-null-customer", "orders-paid"]) {
    t.equal(await app.deliver("shop", `shopify-${file}.json`), 200);
    await app.rest();
  }
  const again = { ...recorded("shopify-fulfillment_events-create.json"), updated_at: "2026-10-09T10:00:00Z" };
  const headers = { "x-shopify-topic": "fulfillment_events/create", "x-shopify-event-id": "again" };
  t.equal(await app.say("shop", { text: JSON.stringify(again), headers }), 200);
  await app.rest();
  t.strictSame(await app.events("shop", 4), ["ignored no_email", "ignored no_email", "processed", "processed"]);
  t.strictSame(await app.subjectsTo(mara), ["Thanks Mara #1042", "Arrived Mara #1042"]);
});

t.test("Shopify: a part that is given back ends nothing, all of it in parts does", async (t) => {
  const app = await Installation.start(
    t,
    { shop: { use: "orders", connector: "shopify", options: rules } },
    { ...sequences },
  );
  t.equal(await app.deliver("shop", "shopify-orders-paid.json"), 200);
  t.equal(await app.deliver("shop", "shopify-refunds-create.json"), 200);
  await app.rest();
  t.match(await app.sendingsTo(mara), [{ said: "sent" }]);
  const transactions = [{ kind: "refund", status: "success", amount: "49.00", currency: "SEK" }];
  const rest = { ...recorded("shopify-refunds-create.json"), id: 2, admin_graphql_api_id: null, transactions };
  const headers = { "x-shopify-topic": "refunds/create", "x-shopify-event-id": "2" };
  t.equal(await app.say("shop", { text: JSON.stringify(rest), headers }), 200);
  await app.rest();
  t.match(await app.sendingsTo(mara), [{ said: "cancelled by_entity" }]);
});

t.test("Shopify: the three topics for people's rights, and a topic on another one's body", async (t) => {
  const app = await Installation.start(
    t,
    { shop: { use: "orders", connector: "shopify", options: rules } },
    { ...sequences },
  );
  const other = "now@example.com";
  const elsewhere = (text: string): string => text.replaceAll(mara, other);
  t.equal(await app.deliver("shop", "shopify-orders-paid.json", elsewhere), 200);
  await app.rest();
  t.equal((await app.subjectsTo(other)).length, 1);
  for (const topic of ["customers-data_request", "shop-redact", "customers-redact"]) {
    t.equal(await app.deliver("shop", `shopify-${topic}.json`), 200);
    await app.rest();
  }
  const [, request, shop] = await app.wholeEvents("shop");
  t.match(request, { status: "ignored", notes: [/within 30 days/] });
  t.match(shop, { status: "ignored", notes: [/within 30 days/] });
  t.strictSame(await app.messages(), []);
  t.strictSame(await app.sendingsTo(other), [], "the contact is gone");
  for (const event of await app.wholeEvents("shop")) t.notMatch(JSON.stringify(event), /@example.com/);
  t.equal(await app.say("shop", { text: "{}", headers: { "x-shopify-topic": "customers/redact" } }), 200);
  t.equal(await app.say("shop", { text: "{}", headers: { "x-shopify-topic": "orders/paid" } }), 400);
});

t.test("WooCommerce: the ping, drafts, an order that is gone, a hook that names its order only", async (t) => {
  const platform = await platformServer(t);
  platform.set("/wp-json/wc/v3/orders/2381", recorded("woocommerce-order.updated-completed.json"));
  const options = `${rules}  api: { baseUrl: "${platform.url}", consumerKey: ck, consumerSecret: cs }\n`;
  const app = await Installation.start(
    t,
    { shop: { use: "orders", connector: "woocommerce", options } },
    { ...sequences },
  );
  const ping = { "content-type": "application/x-www-form-urlencoded", "x-unsigned": "" };
  t.equal(await app.post("shop", "webhook_id=7", ping), 200);
  t.equal(await app.post("shop", "webhook_id=7", { ...ping, "x-wc-webhook-topic": "order.created" }), 401);
  const draft = { ...recorded("woocommerce-order.created.json"), id: 9, status: "checkout-draft", billing: {} };
  const headers = { "x-wc-webhook-topic": "order.updated" };
  t.equal(await app.say("shop", { text: JSON.stringify(draft), headers }), 200);
  t.equal(await app.deliver("shop", "woocommerce-action.woocommerce_order_status_completed.json"), 200);
  await app.rest();
  t.strictSame(await app.messages(), ["tomas.okafor@example.org: Thanks Tomás 2381"]);
  t.equal(await app.deliver("shop", "woocommerce-order.deleted.json"), 200);
  await app.rest();
  t.strictSame(await app.events("shop", 3), ["ignored unpaid", "processed", "processed"]);
  t.strictSame(await app.sendings(), ["cancelled by_entity"]);
});

t.test("Stripe: who is refunded is known from the session, and two sessions are two orders", async (t) => {
  const rule = '    - { event: order.refunded, execute: rate, context: { order: "order.id" } }\n';
  const options = rules.replace("order.number", "order.id") + rule;
  const app = await Installation.start(
    t,
    { pay: { use: "orders", connector: "stripe-checkout", options } },
    { ...sequences },
  );
  const session = (text: string, change: (object: JsonObject) => JsonObject): string => {
    const event = JSON.parse(text) as { data: { object: JsonObject } };
    return JSON.stringify({ ...event, data: { object: { ...event.data.object, ...change(event.data.object) } } });
  };
  for (const kind of ["completed", "async_payment_succeeded"])
    t.equal(await app.deliver("pay", `stripe-checkout.session.${kind}.json`), 200);
  const paid = recorded("stripe-checkout.session.completed.json");
  const charge = session(
    JSON.stringify({ ...paid, id: "evt_r", type: "charge.refunded", created: 1_800_000_000 }),
    () => ({
      ...{ id: "ch_1", object: "charge", amount: 8900, refunded: true, billing_details: null },
    }),
  );
  await app.rest();
  t.equal(await app.say("pay", { text: charge }), 200);
  await app.rest();
  const [first, second, third] = await app.subjectsTo("priya.raman@example.com");
  t.match(first, /^Thanks Priya cs_test_a1/);
  t.match(second, /^Thanks Priya cs_test_b1/);
  t.match(third, /^Arrived Priya payment_intent:/);
  t.equal(await app.say("pay", { text: '{"object":"v2.core.event","id":"evt_2","type":"x"}' }), 400, "a thin event");
});

t.test("Square: its test is about nobody; an order that is finished", async (t) => {
  const platform = await platformServer(t);
  platform.set("/v2/customers/RDX9Z4XTIZR7MRZJUXNY9HUK6I", recorded("square-api-customer.json"));
  platform.set("/v2/orders/eA3vssLHKJrv9H0IdJCM3gNqfdcZY", recorded("square-api-order.json"));
  const options = `  on: [ { event: order.completed, execute: rate, context: { order: "order.items[0].name" } } ]
  api: { baseUrl: "${platform.url}", accessToken: t }
`;
  const app = await Installation.start(t, { pos: { use: "orders", connector: "square", options } }, { ...sequences });
  for (const file of ["test_notification", "payment.updated", "order.updated"])
    t.equal(await app.deliver("pos", `square-${file}.json`), 200);
  await app.rest();
  t.strictSame((await app.events("pos", 3)).toSorted(), ["ignored no_rule", "ignored test_event", "processed"]);
  t.strictSame(await app.subjectsTo("noa.berg@example.com"), ["Arrived Noa Haircut"]);
});
