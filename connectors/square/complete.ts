import type { InboundEvent, PlatformHttp } from "../../core/contracts/connector.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { ifThere } from "../call-back.js";
import { at, text } from "../field.js";
import { noticeOf, recipientOf } from "./order-of.js";
import { wordsOf } from "./words-of.js";

/** Brings what a webhook of Square's leaves out: the order, the payment of a refund, the customer, and the place for zone and language. */
export async function complete(event: InboundEvent, http: PlatformHttp): Promise<InboundEvent> {
  try {
    const fetched = await missingOf(event, http);
    return fetched === undefined ? event : { ...event, fetched, words: wordsOf(event.type, event.payload, fetched) };
  } catch (failure) {
    // What ends a follow-up needs an id only, and must not wait for an API that is away.
    if (event.words.some((word) => ends.has(word))) return event;
    throw failure;
  }
}

const ends: ReadonlySet<string> = new Set(["order.cancelled", "order.refunded", "booking.cancelled", "booking.noShow"]);

async function missingOf({ type, payload }: InboundEvent, http: PlatformHttp): Promise<JsonObject | undefined> {
  const object = at(payload, "data", "object");
  if (type.startsWith("payment.")) return ofPayment(at(object, "payment"), http);
  if (type.startsWith("refund.")) return ofRefund(at(object, "refund"), http);
  if (type.startsWith("order.")) return ofOrder(noticeOf(payload), http);
  return type.startsWith("booking.") ? ofBooking(at(object, "booking"), http) : undefined;
}

/** Only where the buyer typed no address in. Cash sales often have neither customer nor address, not even in their order. */
async function ofPayment(payment: Json | undefined, http: PlatformHttp): Promise<JsonObject | undefined> {
  if (payment === undefined || text(at(payment, "buyer_email_address")) !== null) return undefined;
  const order = at(await optional(http, "/v2/orders/", at(payment, "order_id")), "order") ?? null;
  const customer = text(at(payment, "customer_id")) ?? customerIn(order);
  return { order, ...(await people(http, customer, at(payment, "location_id"))) };
}

async function ofRefund(refund: Json | undefined, http: PlatformHttp): Promise<JsonObject | undefined> {
  const payment = at(await optional(http, "/v2/payments/", at(refund, "payment_id")), "payment");
  if (payment === undefined) return undefined;
  return { payment, ...(await ofPayment(payment, http)) };
}

async function ofOrder(notice: Json | undefined, http: PlatformHttp): Promise<JsonObject | undefined> {
  const id = text(at(notice, "order_id"));
  if (id === null) return undefined;
  const order = at(await http.get(`/v2/orders/${encodeURIComponent(id)}`), "order") ?? null;
  return { order, ...(await people(http, customerIn(order), at(order, "location_id"))) };
}

async function ofBooking(booking: Json | undefined, http: PlatformHttp): Promise<JsonObject | undefined> {
  if (booking === undefined) return undefined;
  return people(http, text(at(booking, "customer_id")), at(booking, "location_id"));
}

/** A customer who was merged into another one is not there any more: the run goes on without. */
async function people(http: PlatformHttp, customer: string | null, location: Json | undefined): Promise<JsonObject> {
  return {
    customer: at(await optional(http, "/v2/customers/", customer), "customer") ?? null,
    location: at(await optional(http, "/v2/locations/", location), "location") ?? null,
  };
}

function customerIn(order: Json): string | null {
  return text(at(order, "customer_id"), at(recipientOf(order), "customer_id"));
}

async function optional(http: PlatformHttp, path: string, id: Json | undefined): Promise<Json> {
  const written = text(id);
  return written === null ? null : ifThere(http, path + encodeURIComponent(written));
}
