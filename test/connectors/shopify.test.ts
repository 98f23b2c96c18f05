import { createHash, createHmac } from "node:crypto";
import { test } from "tap";
import { shopify } from "../../connectors/shopify/shopify.js";
import { Malformed } from "../../core/contracts/errors.js";
import type { JsonObject } from "../../core/contracts/model.js";
import { altered, connected, only, recorded, refusal, request, vectors } from "./delivered.js";

const connector = connected(shopify);
const read = (file: string, fields: JsonObject = {}, headers: Record<string, string> = {}) => {
  const event = only(connector, altered(file, fields, headers));
  return { event, order: connector.reading?.(event) };
};
const order = (file: string, fields: JsonObject = {}) => read(file, fields).order as unknown as JsonObject;

test("every recorded delivery is signed over its bytes, by any of the secrets", async (t) => {
  for (const file of ["orders-create", "orders-paid", "refunds-create", "fulfillment_events-create", "shop-redact"]) {
    const { request: came, secret } = recorded(`shopify-${file}.json`);
    for (const secrets of [[secret], ["newer", secret], [secret, "older"]]) {
      t.equal(refusal(connected(shopify, { secrets }), came), undefined, file);
    }
    const twoYears = came.receivedAt + 63_072_000_000;
    t.equal(refusal(connected(shopify, { secrets: [secret] }), { ...came, receivedAt: twoYears }), undefined);
    t.equal(refusal(connected(shopify, { secrets: ["newer"] }), came), "bad_signature");
  }
  for (const { secret, headers, body } of vectors("shopify")) {
    t.equal(refusal(connected(shopify, { secrets: [secret] }), request({ headers, body })), undefined, "published");
  }
});

test("what is not signed so is refused", async (t) => {
  const { request: came, secret } = recorded("shopify-orders-paid.json");
  const strict = connected(shopify, { secrets: [secret] });
  const signed = (signature: string) => ({
    ...came,
    headers: { ...came.headers, "x-shopify-hmac-sha256": signature },
  });
  const right = came.headers["x-shopify-hmac-sha256"]!;
  t.equal(refusal(strict, request({ body: came.body })), "missing_signature");
  t.equal(refusal(strict, signed("")), "missing_signature");
  for (const wrong of ["x", right.slice(1), `${right}, ${right}`, Buffer.from(right, "base64").toString("hex")]) {
    t.equal(refusal(strict, signed(wrong)), "bad_signature", wrong);
  }
  t.equal(refusal(strict, { ...came, body: Buffer.concat([came.body, Buffer.from(" ")]) }), "bad_signature");
  const anybody = connected(shopify, { secrets: [""] });
  const guessed = createHmac("sha256", "").update(came.body).digest("base64");
  t.equal(refusal(anybody, signed(guessed)), "bad_signature", "an empty secret");
});

test("trying out signs with the newest secret", async (t) => {
  const body = Buffer.from('{"id":1}');
  const headers = connected(shopify, { secrets: ["new", "old"] }).sign(body, {}, 0);
  t.equal(refusal(connected(shopify, { secrets: ["new"] }), request({ headers, body })), undefined);
  t.throws(() => connected(shopify, { secrets: [""] }).sign(Buffer.from("{}"), {}, 0), /no secret to sign with/);
});

test("topics are called by our words", async (t) => {
  const words = (file: string, fields: JsonObject = {}, topic?: string) =>
    read(`shopify-${file}.json`, fields, topic === undefined ? {} : { "x-shopify-topic": topic }).event.words;
  t.same(words("orders-create"), ["order.created"]);
  t.same(words("orders-paid"), ["order.paid"]);
  t.same(words("orders-fulfilled"), ["order.fulfilled"]);
  t.same(words("orders-cancelled"), ["order.cancelled"]);
  t.same(words("fulfillment_events-create"), ["order.delivered"]);
  t.same(words("fulfillment_events-create", { status: "in_transit" }), []);
  t.same(words("refunds-create"), ["order.partlyRefunded"], "nothing says what the order was worth");
  t.same(words("refunds-create", { transactions: [] }), [], "goods taken back without money");
  const updated = (fields: JsonObject) => words("orders-paid", fields, "orders/updated");
  t.same(updated({}), []);
  t.same(updated({ financial_status: "refunded" }), ["order.refunded"]);
  t.same(updated({ financial_status: "partially_refunded" }), ["order.partlyRefunded"]);
  t.same(updated({ cancelled_at: "2026-10-05T08:00:00+02:00" }), ["order.cancelled"]);
  t.same(words("orders-paid", {}, "orders/partially_fulfilled"), []);
  t.same(words("orders-paid", {}, "customers/update"), [], "an unknown topic");
});

test("a topic that its body contradicts is called nothing, one of another kind of body is refused", async (t) => {
  const retold = (file: string, topic: string, fields: JsonObject = {}) =>
    read(`shopify-${file}.json`, fields, { "x-shopify-topic": topic }).event.words;
  t.same(retold("orders-create", "orders/paid"), [], "pending");
  t.same(retold("orders-paid", "orders/cancelled"), []);
  t.same(retold("orders-paid", "orders/fulfilled"), []);
  for (const [file, topic] of [
    ["refunds-create", "orders/paid"],
    ["orders-paid", "refunds/create"],
    ["fulfillment_events-create", "refunds/create"],
    ["customers-data_request", "customers/redact"],
    ["customers-redact", "customers/data_request"],
    ["customers-redact", "shop/redact"],
    ["orders-paid", "customers/redact"],
    ["customers-redact", "orders/paid"],
  ] as const) {
    t.throws(() => retold(file, topic), Malformed, `${file} as ${topic}`);
  }
  const customer = { admin_graphql_api_id: "gid://shopify/Customer/7714203910482" };
  t.throws(() => retold("orders-paid", "orders/updated", customer), Malformed);
});

test("what cannot be read is malformed", async (t) => {
  const headers = { "x-shopify-topic": "orders/paid" };
  for (const body of ["", "{", "[]", "null", '"id"', Buffer.from([0x7b, 0xff])]) {
    t.throws(() => connector.receive(request({ headers, body })), Malformed);
  }
  t.throws(() => connector.receive(request({ body: { id: 1 } })), /X-Shopify-Topic is missing/);
});

test("the delivery id is the event's with its topic, else the webhook's, else the body's", async (t) => {
  const { request: came } = recorded("shopify-orders-paid.json");
  t.equal(only(connector, came).id, "orders/paid:29dcfa59-74f2-466b-803d-d1aa2ce56116");
  const { "x-shopify-event-id": _, ...without } = came.headers;
  t.equal(only(connector, { ...came, headers: without }).id, "orders/paid:cb2c6951-49d2-43dc-8597-6ed0d2880779");
  const hash = createHash("sha256").update(came.body).digest("hex");
  const bare = { ...came, headers: { "x-shopify-topic": "orders/paid" } };
  t.equal(only(connector, bare).id, `orders/paid:${hash}`);
});

test("an event happened when its body says, privacy requests at no time", async (t) => {
  const at = (file: string, fields?: JsonObject) => read(`shopify-${file}.json`, fields).event.occurredAt;
  t.equal(at("orders-paid"), Date.parse("2026-10-04T07:15:31Z"));
  t.equal(at("refunds-create"), Date.parse("2026-10-12T09:31:09Z"));
  t.equal(at("orders-paid", { updated_at: null, created_at: null }), Date.parse("2026-10-04T07:15:27Z"), "the header");
  t.equal(at("customers-redact"), null);
});

test("tests and samples are marked", async (t) => {
  const trial = (fields: JsonObject, headers?: Record<string, string>) =>
    read("shopify-orders-paid.json", fields, headers).event.trial;
  t.equal(trial({}), undefined);
  t.equal(trial({ test: true }), "test");
  t.equal(trial({}, { "x-shopify-test": "true" }), "test");
  t.equal(trial({ test: true, id: "820982911946154508" }), "sample");
  t.equal(read("shopify-refunds-create.json", { order_id: "820982911946154508" }).event.trial, "sample");
});

test("long ids keep their digits", async (t) => {
  const headers = { "x-shopify-topic": "orders/paid" };
  const event = only(
    connector,
    request({ headers, body: '{"id":820982911946154508,"customer":{"id":9007199254740993}}' }),
  );
  t.equal(connector.reading?.(event)?.id, "820982911946154508");
  t.equal(event.trial, "sample");
  t.match(event.payload, { customer: { id: "9007199254740993" } });
});

test("an order is read whole", async (t) => {
  t.same(order("shopify-orders-paid.json"), {
    kind: "order",
    id: "6120448835730",
    aliases: [],
    number: "#1042",
    status: "paid",
    total: 448,
    currency: "SEK",
    email: "mara.lindqvist@example.com",
    firstName: "Mara",
    lastName: "Lindqvist",
    phone: "+46701740605",
    language: "sv-SE",
    locationId: null,
    staffId: null,
    consent: false,
    createdAt: Date.parse("2026-10-04T07:15:26Z"),
    updatedAt: Date.parse("2026-10-04T07:15:31Z"),
    version: Date.parse("2026-10-04T07:15:31Z"),
    items: [{ name: "Aurora Desk Lamp - Matte Black", sku: "AUR-LAMP-BLK", quantity: 1 }],
    tags: ["newsletter-2026", "VIP"],
  });
});

test("a guest at the till has neither customer nor address", async (t) => {
  t.match(order("shopify-orders-paid-guest-null-customer.json"), {
    email: null,
    firstName: null,
    lastName: null,
    phone: "+12025550143",
    language: null,
    locationId: "71234509876",
    staffId: "98233410642",
    tags: [],
  });
});

test("what one field withholds the next one says", async (t) => {
  const paid = (fields: JsonObject) => order("shopify-orders-paid.json", fields);
  t.equal(paid({ email: "" }).email, "mara.lindqvist@example.com", "contact_email");
  t.equal(paid({ email: null, contact_email: " ", customer: { email: "c@example.com" } }).email, "c@example.com");
  const billing = { first_name: "Bo", last_name: null, phone: "1" };
  t.match(paid({ customer: { first_name: "" }, billing_address: billing }), {
    firstName: "Bo",
    lastName: null,
    phone: "1",
  });
  const shipping = { last_name: "Ek", phone: "2" };
  t.match(paid({ customer: null, billing_address: null, shipping_address: shipping }), {
    firstName: null,
    lastName: "Ek",
    phone: "2",
  });
  t.match(paid({ current_total_price: "12.50", total_price: null }), { total: 12.5 });
  t.match(paid({ current_total_price: "49.00" }), { total: 448 }, "what it was before refunds");
  t.match(paid({ name: null }), { number: "1042" });
  t.match(paid({ buyer_accepts_marketing: true, customer_locale: "pt_BR" }), { consent: true, language: "pt-BR" });
  t.match(paid({ buyer_accepts_marketing: null, customer_locale: "?" }), { consent: null, language: null });
  const credited = [{ title: "Lamp", sku: "", attributed_staffs: [{ id: "gid://shopify/StaffMember/77" }] }];
  t.match(paid({ line_items: credited }), { staffId: "77", items: [{ name: "Lamp", sku: null, quantity: 1 }] });
});

test("a subscription may leave everything but the id out", async (t) => {
  const bare = (topic: string) => {
    const event = only(connector, request({ headers: { "x-shopify-topic": topic }, body: { id: 5 } }));
    return { words: event.words, status: (connector.reading?.(event) as unknown as JsonObject).status };
  };
  t.same(bare("orders/create"), { words: ["order.created"], status: "open" });
  t.same(bare("orders/paid"), { words: ["order.paid"], status: "paid" });
  t.same(bare("orders/fulfilled"), { words: ["order.fulfilled"], status: "fulfilled" });
  t.same(bare("orders/cancelled"), { words: ["order.cancelled"], status: "cancelled" });
  t.same(bare("orders/updated"), { words: [], status: null });
});

test("an order's status is the furthest that its body says", async (t) => {
  const status = (fields: JsonObject) => order("shopify-orders-paid.json", fields).status;
  t.equal(order("shopify-orders-create.json").status, "open");
  t.equal(order("shopify-orders-fulfilled.json").status, "fulfilled");
  t.equal(order("shopify-orders-cancelled.json").status, "cancelled", "though it is refunded, too");
  t.equal(status({ financial_status: "refunded", fulfillment_status: "fulfilled" }), "refunded");
  t.equal(status({ financial_status: "partially_refunded" }), "partlyRefunded");
});

test("refunds and parcels name their order only", async (t) => {
  const refund = order("shopify-refunds-create.json");
  t.match(refund, {
    id: "6120448835730",
    status: "partlyRefunded",
    refunded: 399,
    refundId: "933011227794",
    currency: "SEK",
    email: null,
    total: null,
  });
  t.equal(refund.version, Date.parse("2026-10-12T09:31:09Z"));
  const failed = [{ kind: "refund", status: "failure", amount: "399.00" }];
  t.match(order("shopify-refunds-create.json", { transactions: failed }), { status: null });
  t.equal("refunded" in order("shopify-refunds-create.json", { transactions: failed }), false);
  const { transactions: _, ...silent } = { ...(read("shopify-refunds-create.json").event.payload as JsonObject) };
  const event = only(connector, request({ headers: { "x-shopify-topic": "refunds/create" }, body: silent }));
  t.same(event.words, ["order.partlyRefunded"], "money that is not told of");
  t.match(order("shopify-fulfillment_events-create.json"), { id: "6120448835730", status: "delivered" });
  const parcel = { id: 5590012348882, order_id: 6120448835730, status: "success" };
  const sent = only(connector, request({ headers: { "x-shopify-topic": "fulfillments/create" }, body: parcel }));
  t.match(connector.reading?.(sent), { id: "6120448835730", status: null });
});

test("privacy topics are about nobody's order: one names who is to be forgotten, two leave something to a person", async (t) => {
  const told = (file: string, fields?: JsonObject) => {
    const { event, order } = read(`shopify-${file}.json`, fields);
    return { order, words: event.words, asked: connector.privacy?.(event) };
  };
  const entities = ["order:6120448835730"];
  const nothing = { order: undefined, words: [] };
  const forgotten = { emails: ["mara.lindqvist@example.com"], entities, note: null };
  t.same(told("customers-redact"), { ...nothing, asked: forgotten });
  const byPhone = told("customers-redact", { customer: { phone: "+46701740605" } });
  t.same(byPhone.asked, { emails: [], entities, note: null });
  const nobody = told("customers-redact", { customer: { email: "" }, orders_to_redact: [null] });
  t.same(nobody.asked, { emails: [], entities: [], note: null });
  t.match(told("customers-data_request"), { ...nothing, asked: { emails: [], entities: [], note: /within 30 days/ } });
  t.match(told("shop-redact"), { ...nothing, asked: { emails: [], entities: [], note: /within 30 days/ } });
  t.equal(told("orders-paid").asked, undefined);
});
