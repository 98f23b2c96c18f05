import { test } from "tap";
import { square } from "../../connectors/square/square.js";
import type { InboundEvent } from "../../core/contracts/connector.js";
import { Gone } from "../../core/contracts/errors.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { fakePlatform } from "../fakes/platform-http.js";
import { connected, json, only, request } from "./delivered.js";

const ORDER = "/v2/orders/eA3vssLHKJrv9H0IdJCM3gNqfdcZY";
const PAYMENT = "/v2/payments/hYy9pRFVxpDsO1FB05SunFWUe9JZY";
const CUSTOMER = "/v2/customers/RDX9Z4XTIZR7MRZJUXNY9HUK6I";
const LOCATION = "/v2/locations/LEXAMPLE00001";

const connector = connected(square, { options: { api: { accessToken: "t" } } });
const reading = (event: InboundEvent) => connector.reading?.(event) as unknown as JsonObject;
const complete = (event: InboundEvent, answers: Record<string, Json | Error>) =>
  connector.fetch!(event, fakePlatform(answers));

/** The recorded event with other fields in its one object, maybe under another topic. */
function read(file: string, fields: JsonObject = {}, type?: string): InboundEvent {
  const event = json(`square-${file}.json`) as {
    type: string;
    data: { object: Record<string, JsonObject> };
  } & JsonObject;
  const [[name, object]] = Object.entries(event.data.object) as [[string, JsonObject]];
  const key = type?.startsWith("order.") ? type.replaceAll(".", "_") : name;
  const data = { ...event.data, object: { [key]: { ...object, ...fields } } };
  return only(connector, request({ body: { ...event, type: type ?? event.type, data } }));
}
const answer = (name: string, fields: JsonObject = {}): JsonObject => {
  const found = json(`square-api-${name}.json`) as Record<string, JsonObject>;
  return { [name]: { ...found[name], ...fields } };
};
const people = { [CUSTOMER]: answer("customer"), [LOCATION]: answer("location") };
const usd = (amount: number) => ({ amount, currency: "USD" });
const payment = (fields: JsonObject = {}) => {
  const { data } = json("square-payment.updated.json") as { data: { object: { payment: JsonObject } } };
  return { payment: { ...data.object.payment, ...fields } };
};

test("payments are called by our words", async (t) => {
  const words = (fields: JsonObject, type?: string) => read("payment.updated", fields, type).words;
  t.same(words({}), ["order.paid"]);
  t.same(words({}, "payment.created"), ["order.paid"], "taken at once");
  for (const status of ["APPROVED", "PENDING", "CANCELED", "FAILED"]) t.same(words({ status }), [], status);
  t.same(words({ refunded_money: usd(0) }), ["order.paid"]);
  t.same(words({ refunded_money: usd(700) }), ["order.paid", "order.partlyRefunded"]);
  t.same(words({ refunded_money: usd(4700) }), ["order.refunded"]);
});

test("orders are called by our words", async (t) => {
  const words = (state: string, type?: string) => read("order.updated", { state }, type).words;
  t.same(words("COMPLETED"), ["order.fulfilled", "order.completed"]);
  t.same(words("CANCELED"), ["order.cancelled"]);
  t.same(words("OPEN"), []);
  t.same(words("DRAFT"), []);
  t.same(words("OPEN", "order.created"), ["order.created"]);
  t.same(words("DRAFT", "order.created"), []);
  t.same(words("COMPLETED", "order.created"), ["order.created", "order.fulfilled", "order.completed"]);
  t.same(words("COMPLETED", "order.fulfillment.updated"), []);
});

test("refunds are partial unless their payment shows that all was given back", async (t) => {
  t.same(read("refund.updated").words, ["order.partlyRefunded"]);
  for (const status of ["REJECTED", "FAILED"]) t.same(read("refund.updated", { status }).words, [], status);
  const words = async (fields: JsonObject, paid: JsonObject) =>
    (await complete(read("refund.updated", fields), { [PAYMENT]: payment(paid) })).words;
  t.same(await words({}, {}), ["order.refunded"], "4700 of 4700");
  t.same(await words({ amount_money: usd(700) }, {}), ["order.partlyRefunded"]);
  t.same(await words({ amount_money: usd(700) }, { refunded_money: usd(4700) }), ["order.refunded"], "the last part");
  t.same(await words({ status: "FAILED" }, {}), []);
});

test("a payment is read as its order", async (t) => {
  t.same(reading(read("payment.updated")), {
    kind: "order",
    id: "eA3vssLHKJrv9H0IdJCM3gNqfdcZY",
    aliases: ["payment:hYy9pRFVxpDsO1FB05SunFWUe9JZY"],
    number: "hYy9",
    status: "paid",
    total: 47,
    currency: "USD",
    email: "noa.berg@example.com",
    firstName: "Noa",
    lastName: "Berg",
    phone: null,
    language: null,
    locationId: "LEXAMPLE00001",
    staffId: "TMEXAMPLE01",
    consent: null,
    createdAt: Date.parse("2026-10-04T09:15:40Z"),
    updatedAt: Date.parse("2026-10-04T09:15:52Z"),
    version: Date.parse("2026-10-04T09:15:52Z"),
    items: [],
    tags: [],
  });
  t.match(reading(read("payment.updated", { total_money: { amount: 4700, currency: "JPY" } })), { total: 4700 });
  t.match(reading(read("payment.updated", { status: "FAILED" })), { status: null });
  t.match(reading(read("payment.updated", { refunded_money: usd(1) })), { status: "partlyRefunded" });
  t.match(reading(read("payment.updated", { refunded_money: usd(4700) })), { status: "refunded" });
  const alone = reading(read("payment.updated", { order_id: null }));
  t.match(alone, { id: "payment:hYy9pRFVxpDsO1FB05SunFWUe9JZY", aliases: [] });
  t.equal(reading(read("payment.updated", { id: null })), undefined);
});

test("a payment with an address is complete", async (t) => {
  const http = fakePlatform();
  const event = read("payment.updated");
  t.equal(await connector.fetch!(event, http), event);
  t.same(http.calls, []);
});

test("one without is completed by its order, its customer and its place", async (t) => {
  const http = fakePlatform({ [ORDER]: answer("order"), ...people });
  const event = await connector.fetch!(read("payment.updated", { buyer_email_address: "" }), http);
  t.same(http.calls, [ORDER, CUSTOMER, LOCATION]);
  t.same(event.words, ["order.paid"]);
  t.match(reading(event), {
    id: "eA3vssLHKJrv9H0IdJCM3gNqfdcZY",
    email: "noa.berg@example.com",
    firstName: "Noa",
    phone: "+12025550119",
    language: "en-US",
    consent: null,
    items: [{ name: "Haircut", sku: null, quantity: 1 }],
  });
});

test("a cash sale has neither customer nor address", async (t) => {
  const cash = { buyer_email_address: null, customer_id: null, billing_address: null };
  const event = read("payment.updated", cash);
  const bare = { customer_id: null, fulfillments: [] };
  const sold = await complete(event, { [ORDER]: answer("order", bare), [LOCATION]: answer("location") });
  t.match(reading(sold), { email: null, firstName: null, phone: null, status: "paid" });
  t.match(reading(await complete(event, {})), { email: null, items: [] }, "also when nothing is there any more");
});

test("the customer may be named by the order, the address by who picks it up", async (t) => {
  const event = read("payment.updated", { buyer_email_address: null, customer_id: null, billing_address: null });
  const named = await complete(event, { [ORDER]: answer("order", { customer_id: null }), ...people });
  t.match(reading(named), { email: "noa.berg@example.com", firstName: "Noa" });
  const recipient = { display_name: "Ida von Berg", email_address: "ida@example.com", phone_number: "+1" };
  const pickedUp = { customer_id: null, fulfillments: [{ type: "PICKUP" }, { delivery_details: { recipient } }] };
  const told = await complete(event, { [ORDER]: answer("order", pickedUp), [LOCATION]: answer("location") });
  t.match(reading(told), { email: "ida@example.com", firstName: "Ida", lastName: "von Berg", phone: "+1" });
});

test("an unsubscribed customer said no", async (t) => {
  const customer = answer("customer", { preferences: { email_unsubscribed: true }, email_address: "" });
  const event = await complete(read("payment.updated", { buyer_email_address: null }), { [CUSTOMER]: customer });
  t.match(reading(event), { consent: false, email: null, phone: "+12025550119" });
});

test("an order event is completed by its order", async (t) => {
  const event = read("order.updated");
  t.match(reading(event), { id: "eA3vssLHKJrv9H0IdJCM3gNqfdcZY", status: "completed", email: null, total: null });
  const http = fakePlatform({ [ORDER]: answer("order"), ...people });
  const whole = await connector.fetch!(event, http);
  t.same(http.calls, [ORDER, CUSTOMER, LOCATION]);
  t.same(whole.words, event.words);
  t.match(reading(whole), {
    id: "eA3vssLHKJrv9H0IdJCM3gNqfdcZY",
    status: "completed",
    total: 47,
    currency: "USD",
    email: "noa.berg@example.com",
    version: Date.parse("2026-10-04T09:15:59.842Z"),
    items: [{ name: "Haircut", sku: null, quantity: 1 }],
  });
  t.match(reading(read("order.updated", { state: "OPEN" })), { status: null }, "it may have been paid");
  t.match(reading(read("order.updated", { state: "OPEN" }, "order.created")), { status: "open" });
  t.match(reading(read("order.updated", {}, "order.fulfillment.updated")), { id: "eA3vssLHKJrv9H0IdJCM3gNqfdcZY" });
  const nameless = read("order.updated", { order_id: null });
  t.equal(reading(nameless), undefined);
  t.equal(await connector.fetch!(nameless, fakePlatform()), nameless);
});

test("an order that is gone says so, a customer who is may be", async (t) => {
  await t.rejects(complete(read("order.updated"), {}), Gone);
  const event = await complete(read("order.updated"), { [ORDER]: answer("order") });
  t.match(reading(event), { email: "noa.berg@example.com", firstName: "Noa", language: null }, "the recipient's");
  await t.rejects(complete(read("order.updated"), { [ORDER]: answer("order"), [CUSTOMER]: new Error("429") }), /429/);
});

test("an end does not wait for an API that is away", async (t) => {
  const cancelled = read("order.updated", { state: "CANCELED" });
  t.equal(await complete(cancelled, {}), cancelled);
  t.equal(await complete(cancelled, { [ORDER]: new Error("503") }), cancelled);
  t.match(reading(cancelled), { status: "cancelled" });
  await t.rejects(complete(read("refund.updated"), { [PAYMENT]: new Error("503") }), /503/, "maybe a part only");
});

test("a refund joins the order by its payment, for its order is another one", async (t) => {
  const alias = "payment:hYy9pRFVxpDsO1FB05SunFWUe9JZY";
  t.ok((reading(read("payment.updated")).aliases as string[]).includes(alias));
  t.match(reading(read("refund.updated")), {
    id: alias,
    aliases: [],
    status: "partlyRefunded",
    refunded: 47,
    currency: "USD",
    version: Date.parse("2026-10-06T10:00:08Z"),
  });
  const whole = await complete(read("refund.updated"), { [PAYMENT]: payment() });
  t.match(reading(whole), {
    id: "eA3vssLHKJrv9H0IdJCM3gNqfdcZY",
    aliases: [alias],
    status: "refunded",
    refunded: 47,
    total: 47,
    email: "noa.berg@example.com",
    version: Date.parse("2026-10-06T10:00:08Z"),
  });
  t.match(reading(await complete(read("refund.updated"), {})), { id: alias }, "a payment that is gone");
  const failed = reading(read("refund.updated", { status: "FAILED" }));
  t.equal(failed.status, null);
  t.notOk("refunded" in failed);
  const unlinked = read("refund.updated", { payment_id: null });
  t.equal(reading(unlinked), undefined);
  t.equal(await complete(unlinked, {}), unlinked);
});
