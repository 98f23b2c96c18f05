import type { Connector, EventWord, InboundEvent, OrderReading, WebhookRequest } from "../core/contracts/connector.js";
import { Malformed, Unauthorized } from "../core/contracts/errors.js";
import type { Json } from "../core/contracts/model.js";
import type { ConnectorType } from "./connector-type.js";
import { at, text } from "./field.js";
import { jsonObject } from "./json.js";
import { currencyCode, fromSmallest } from "./money.js";
import { first, language, namesOf } from "./person.js";
import { orderReading } from "./readings.js";
import { newest } from "./secrets.js";
import { fresh, hmac, hmacs, prove } from "./signatures.js";
import { unixSeconds } from "./times.js";

const SIGNATURE = "stripe-signature";
const TOLERANCE = 300;

/**
 * Speaks Stripe's webhooks, of which Checkout sessions are orders: hex HMAC-SHA256 over time and body, keyed with the whole text of the
 * endpoint's secret, `whsec_` included; that of `stripe listen` is another one. https://docs.stripe.com/webhooks
 */
export const stripeCheckout: ConnectorType = {
  name: "stripe-checkout",
  reads: ["order"],
  options: {},
  topics: [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
  ],
  connect({ secrets }): Connector {
    return {
      verify: (request) => verify(request, secrets),
      receive: ({ body }) => [eventOf(body)],
      reading: orderOf,
      sign(body, _headers, now) {
        const t = String(Math.floor(now / 1000));
        return { [SIGNATURE]: `t=${t},v1=${hmac(newest(secrets), "hex", `${t}.`, body)}` };
      },
    };
  },
};

/** While a secret is rolled there are two `v1`; other schemes count for nothing. Two times are two headers. */
function verify({ headers, body, receivedAt }: WebhookRequest, secrets: readonly string[]): void {
  const fields = (headers[SIGNATURE] ?? "").split(",").map((field) => field.trim().split("=", 2));
  const given = fields.flatMap(([name, value]) => (name === "v1" ? (value ?? "") : []));
  const times = fields.flatMap(([name, value]) => (name === "t" ? (value ?? "") : []));
  const t = times.length === 1 ? (times[0] ?? "") : "";
  prove({ given, expected: hmacs(secrets, "hex", `${t}.`, body) });
  if (!/^\d+$/.test(t)) throw new Unauthorized("bad_signature");
  fresh(Number(t), receivedAt, TOLERANCE, "past");
}

function eventOf(body: Uint8Array): InboundEvent {
  const payload = jsonObject(body);
  const id = text(payload["id"]);
  const type = text(payload["type"]);
  if (payload["object"] !== "event") {
    throw new Malformed("The body is no event of Stripe's with its object in it: thin events are not read");
  }
  if (id === null || type === null) throw new Malformed("The event has no `id` or no `type`");
  return {
    id,
    type,
    words: wordsOf(type, at(payload, "data", "object")),
    occurredAt: unixSeconds(payload["created"]),
    payload,
    ...(payload["livemode"] === false && { trial: "test" }),
  };
}

function wordsOf(type: string, object: Json | undefined): EventWord[] {
  switch (type) {
    case "checkout.session.completed":
      return isPaid(object) ? ["order.paid"] : [];
    case "checkout.session.async_payment_succeeded":
      return ["order.paid"];
    case "checkout.session.async_payment_failed":
    case "checkout.session.expired":
      return ["order.cancelled"];
    case "charge.refunded":
      return [at(object, "refunded") === true ? "order.refunded" : "order.partlyRefunded"];
    case "refund.created":
      return ["failed", "canceled"].includes(text(at(object, "status")) ?? "") ? [] : ["order.partlyRefunded"];
    default:
      return [];
  }
}

/** Delayed methods complete a session unpaid, and tell of the payment later. */
function isPaid(session: Json | undefined): boolean {
  return ["paid", "no_payment_required"].includes(text(at(session, "payment_status")) ?? "");
}

function orderOf({ type, words, occurredAt, payload }: InboundEvent): OrderReading | undefined {
  const object = at(payload, "data", "object");
  const known = { updatedAt: occurredAt, version: occurredAt };
  if (type.startsWith("checkout.session.")) return sessionOf(words, object, known);
  return type === "charge.refunded" || type === "refund.created" ? refundOf(type, words, object, known) : undefined;
}

type Known = Pick<OrderReading, "updatedAt" | "version">;

function sessionOf(words: readonly EventWord[], session: Json | undefined, known: Known): OrderReading | undefined {
  const id = text(at(session, "id"));
  if (id === null) return undefined;
  const intent = text(at(session, "payment_intent"));
  const details = at(session, "customer_details");
  const promotions = at(session, "consent", "promotions");
  return orderReading({
    id,
    aliases: intent === null ? [] : [`payment_intent:${intent}`],
    number: text(at(session, "client_reference_id")),
    status: words.includes("order.paid") ? "paid" : words.includes("order.cancelled") ? "cancelled" : "open",
    total: fromSmallest(at(session, "amount_total"), at(session, "currency")),
    currency: currencyCode(at(session, "currency")),
    email: text(at(details, "email"), at(session, "customer_email")),
    ...first(namesOf(at(details, "name")), namesOf(at(details, "individual_name"))),
    phone: text(at(details, "phone")),
    language: language(at(session, "locale")),
    consent: promotions === "opt_in" ? true : promotions === "opt_out" ? false : null,
    createdAt: unixSeconds(at(session, "created")),
    ...known,
  });
}

/** Refunds know the payment, not the session. A charge tells whether all of it was given back, a refund only how much it gives. */
function refundOf(
  type: string,
  words: readonly EventWord[],
  object: Json | undefined,
  known: Known,
): OrderReading | undefined {
  const intent = text(at(object, "payment_intent"));
  if (intent === null) return undefined;
  const currency = currencyCode(at(object, "currency"));
  const amount = fromSmallest(at(object, "amount"), at(object, "currency"));
  const partly = words.includes("order.partlyRefunded");
  const status = words.includes("order.refunded") ? "refunded" : partly ? "partlyRefunded" : null;
  const named = { id: `payment_intent:${intent}`, status, currency, ...known } as const;
  if (type === "refund.created")
    return orderReading({ ...named, ...refundIdOf(object), ...(partly && amount !== null && { refunded: amount }) });
  const buyer = at(object, "billing_details");
  return orderReading({
    ...named,
    total: amount,
    email: text(at(buyer, "email"), at(object, "receipt_email")),
    ...namesOf(at(buyer, "name")),
    phone: text(at(buyer, "phone")),
  });
}

function refundIdOf(refund: Json | undefined): Pick<OrderReading, "refundId"> {
  const refundId = text(at(refund, "id"));
  return refundId === null ? {} : { refundId };
}
