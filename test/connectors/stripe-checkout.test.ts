import { createHmac } from "node:crypto";
import { test } from "tap";
import { stripeCheckout } from "../../connectors/stripe-checkout.js";
import { Malformed } from "../../core/contracts/errors.js";
import type { JsonObject } from "../../core/contracts/model.js";
import { connected, json, only, recorded, refusal, request, vectors } from "./delivered.js";

const COMPLETED = "stripe-checkout.session.completed.json";
const connector = connected(stripeCheckout);

/** The recorded event with other fields in its object. */
const read = (fields: JsonObject = {}, top: JsonObject = {}) => {
  const event = json(COMPLETED) as JsonObject & { data: { object: JsonObject } };
  const body = { ...event, ...top, data: { object: { ...event.data.object, ...fields } } };
  return about(body);
};
const about = (body: JsonObject) => {
  const event = only(connector, request({ body }));
  return { event, order: connector.reading?.(event) as unknown as JsonObject };
};
const refund = (type: string, object: JsonObject) =>
  about({ id: "evt_9", object: "event", type, created: 1791200000, livemode: true, data: { object } });

test("deliveries are signed over time and body", async (t) => {
  for (const file of [COMPLETED, "stripe-checkout.session.async_payment_succeeded.json"]) {
    const { request: came, secret } = recorded(file);
    for (const secrets of [[secret], ["newer", secret]]) {
      t.equal(refusal(connected(stripeCheckout, { secrets }), came), undefined);
    }
    const strict = connected(stripeCheckout, { secrets: [secret] });
    t.equal(refusal(strict, { ...came, body: Buffer.concat([came.body, Buffer.from("\n")]) }), "bad_signature");
    t.equal(refusal(strict, { ...came, headers: {} }), "missing_signature");
    t.equal(refusal(connected(stripeCheckout, { secrets: [secret.slice("whsec_".length)] }), came), "bad_signature");
  }
  for (const { secret, headers, body, now = 0, valid, name = "derived" } of vectors("stripe")) {
    const reason = refusal(
      connected(stripeCheckout, { secrets: [secret] }),
      request({ headers, body, receivedAt: now * 1000 }),
    );
    t.equal(reason === undefined, valid, name);
  }
});

test("any `v1` may match and no other scheme, whatever the header looks like", async (t) => {
  const strict = connected(stripeCheckout, { secrets: ["k"] });
  const digest = (t: string) => createHmac("sha256", "k").update(`${t}.{}`).digest("hex");
  const now = 1_700_000_000;
  const reason = (signature: string) =>
    refusal(strict, request({ headers: { "stripe-signature": signature }, body: "{}", receivedAt: now * 1000 }));
  const right = digest(String(now));
  const wrong = "0".repeat(64);
  t.equal(reason(`t=${now},v1=${wrong},v1=${right}`), undefined);
  t.equal(reason(`t=${now}, v1=${right}, v0=${wrong}`), undefined);
  t.equal(reason(`t=${now},v0=${right}`), "missing_signature");
  t.equal(reason(`t=${now},v1=`), "missing_signature");
  t.equal(reason(`t=${now},v1=${wrong}`), "bad_signature");
  t.equal(reason(`t=${now},v1=${Buffer.from(right, "hex").toString("base64")}`), "bad_signature");
  t.equal(reason(`v1=${right}`), "bad_signature");
  t.equal(reason(`t=soon,v1=${digest("soon")}`), "bad_signature", "a time that is none");
  t.equal(reason(`t=${now},v1=${right}, t=${now},v1=${right}`), "bad_signature", "the header twice");
  t.equal(reason(",,=,"), "missing_signature");
});

test("a delivery goes stale after 300 s and may be ahead", async (t) => {
  const { request: came, secret } = recorded(COMPLETED);
  const strict = connected(stripeCheckout, { secrets: [secret] });
  const after = (seconds: number) => refusal(strict, { ...came, receivedAt: came.receivedAt + seconds * 1000 });
  t.same([after(300), after(301), after(-3600)], [undefined, "stale", undefined]);
  const forged = { ...came, body: Buffer.from("{}"), receivedAt: came.receivedAt + 301_000 };
  t.equal(refusal(strict, forged), "bad_signature", "that a time is stale is told to who can sign only");
});

test("trying out signs with the time that it is", async (t) => {
  const body = Buffer.from("{}");
  const receivedAt = 1_791_104_127_900;
  const headers = connected(stripeCheckout, { secrets: ["new", "old"] }).sign(body, {}, receivedAt);
  t.equal(refusal(connected(stripeCheckout, { secrets: ["new"] }), request({ headers, body, receivedAt })), undefined);
  t.throws(() => connected(stripeCheckout, { secrets: [""] }).sign(Buffer.from("{}"), {}, 0), /no secret to sign with/);
});

test("topics are called by our words", async (t) => {
  const words = (type: string, fields: JsonObject = {}) => read(fields, { type }).event.words;
  t.same(words("checkout.session.completed"), ["order.paid"]);
  t.same(words("checkout.session.completed", { payment_status: "no_payment_required" }), ["order.paid"]);
  t.same(words("checkout.session.completed", { payment_status: "unpaid" }), []);
  t.same(words("checkout.session.async_payment_succeeded", { payment_status: "unpaid" }), ["order.paid"]);
  t.same(words("checkout.session.async_payment_failed"), ["order.cancelled"]);
  t.same(words("checkout.session.expired"), ["order.cancelled"]);
  t.same(words("invoice.paid"), [], "an unknown topic");
  const charge = { id: "ch_1", payment_intent: "pi_1", amount: 8900, amount_refunded: 8900, currency: "usd" };
  t.same(refund("charge.refunded", { ...charge, refunded: true }).event.words, ["order.refunded"]);
  t.same(refund("charge.refunded", { ...charge, refunded: false }).event.words, ["order.partlyRefunded"]);
  t.same(refund("refund.created", { ...charge, status: "succeeded" }).event.words, ["order.partlyRefunded"]);
  t.same(refund("refund.created", { ...charge, status: "failed" }).event.words, []);
});

test("an event has the id and the time that the platform gave it", async (t) => {
  const { event } = read();
  t.match(event, { id: "evt_1ExampleCheckoutCompleted01", type: "checkout.session.completed", trial: "test" });
  t.equal(event.occurredAt, 1_791_105_420_000);
  t.equal(read({}, { livemode: true }).event.trial, undefined);
});

test("what is no event with its object in it is malformed", async (t) => {
  t.throws(() => about({ id: "evt_1", object: "v2.core.event", type: "a.b" }), /thin events are not read/);
  t.throws(() => about({ object: "event", type: "a.b" }), /no `id`/);
  t.throws(() => about({ object: "event", id: "evt_1" }), /no `type`/);
  t.throws(() => connector.receive(request({ body: "[]" })), Malformed);
});

test("a session is read as an order", async (t) => {
  t.same(read().order, {
    kind: "order",
    id: "cs_test_a1ExampleCheckoutSession0001",
    aliases: ["payment_intent:pi_3ExamplePaymentIntent01"],
    number: "cart_55120",
    status: "paid",
    total: 89,
    currency: "USD",
    email: "priya.raman@example.com",
    firstName: "Priya",
    lastName: "Raman",
    phone: null,
    language: null,
    locationId: null,
    staffId: null,
    consent: true,
    createdAt: 1_791_105_300_000,
    updatedAt: 1_791_105_420_000,
    version: 1_791_105_420_000,
    items: [],
    tags: [],
  });
  t.match(read({ payment_status: "unpaid" }).order, { status: "open" });
  t.match(read({}, { type: "checkout.session.expired" }).order, { status: "cancelled" });
});

test("what a session leaves open is not said", async (t) => {
  t.match(read({ customer_details: null, customer_email: "a@b.example", consent: null, payment_intent: null }).order, {
    email: "a@b.example",
    firstName: null,
    consent: null,
    aliases: [],
  });
  const details = { email: "", name: null, individual_name: "Ana María de la Cruz", phone: "+1" };
  t.match(read({ customer_details: details, consent: { promotions: "opt_out" }, locale: "es-419" }).order, {
    email: null,
    firstName: "Ana",
    lastName: "María de la Cruz",
    phone: "+1",
    consent: false,
    language: "es-419",
  });
  t.match(read({ customer_details: { name: " Cher " } }).order, { firstName: "Cher", lastName: null });
  t.equal(connector.reading?.(read({ id: null }).event), undefined);
  t.equal(connector.reading?.(read({}, { type: "invoice.paid" }).event), undefined);
});

test("amounts are in the smallest unit of their currency", async (t) => {
  const total = (amount_total: number | null, currency: string | null) => read({ amount_total, currency }).order.total;
  t.same([total(8900, "eur"), total(8900, "jpy"), total(8900, "kwd"), total(5, "usd")], [89, 8900, 8.9, 0.05]);
  t.same([total(null, "eur"), total(1, null), total(1, "euro")], [null, null, null]);
});

test("refunds join the session by its payment", async (t) => {
  const key = "payment_intent:pi_3ExamplePaymentIntent01";
  t.same(read().order.aliases, [key]);
  const charge = {
    id: "ch_1",
    payment_intent: "pi_3ExamplePaymentIntent01",
    amount: 8900,
    currency: "usd",
    refunded: true,
    billing_details: { email: "priya.raman@example.com", name: "Priya Raman", phone: null },
  };
  t.match(refund("charge.refunded", charge).order, {
    id: key,
    status: "refunded",
    total: 89,
    email: "priya.raman@example.com",
    firstName: "Priya",
    version: 1_791_200_000_000,
  });
  t.match(refund("charge.refunded", { ...charge, refunded: false }).order, { status: "partlyRefunded" });
  const part = { id: "re_1", payment_intent: charge.payment_intent, amount: 1200, currency: "usd", status: "pending" };
  t.match(refund("refund.created", part).order, {
    id: key,
    status: "partlyRefunded",
    refunded: 12,
    total: null,
    email: null,
  });
  const failed = refund("refund.created", { ...part, status: "failed" }).order;
  t.equal(failed.status, null);
  t.notOk("refunded" in failed);
  t.equal(refund("refund.created", { ...part, payment_intent: null }).order, undefined);
});
