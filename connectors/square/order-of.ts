import type { InboundEvent, OrderReading, OrderStatus } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";
import { at, decimal, entries, text } from "../field.js";
import { currencyCode } from "../money.js";
import { first, namesIn, namesOf } from "../person.js";
import { orderReading } from "../readings.js";
import { instant } from "../times.js";
import { customerOf } from "./customer-of.js";
import { money, refundOf } from "./words-of.js";

/**
 * The order of a payment, a refund or an order event; `undefined` when it is about none. All are dated by `updated_at`: an order's own
 * `version` counts changes that its payments do not know of.
 */
export function orderOf(event: InboundEvent): OrderReading | undefined {
  const { type, payload, fetched } = event;
  const object = at(payload, "data", "object");
  if (type.startsWith("payment.")) return ofPayment(at(object, "payment"), fetched);
  if (type.startsWith("refund.")) return ofRefund(event, at(object, "refund"));
  return type.startsWith("order.") ? ofOrder(type, noticeOf(payload), fetched) : undefined;
}

/** What an order event says of its order: id, place and state only. */
export function noticeOf(payload: Json): Json | undefined {
  const object = at(payload, "data", "object");
  return (
    at(object, "order_created") ??
    at(object, "order_updated") ??
    at(object, "order_fulfillment_updated") ??
    at(object, "order_fulfillment")
  );
}

type Fetched = InboundEvent["fetched"];

function ofPayment(payment: Json | undefined, fetched: Fetched): OrderReading | undefined {
  const payments = text(at(payment, "id"));
  if (payments === null) return undefined;
  const order = text(at(payment, "order_id"));
  const updatedAt = instant(at(payment, "updated_at"));
  return orderReading({
    id: order ?? paymentKey(payments),
    aliases: order === null ? [] : [paymentKey(payments)],
    number: text(at(payment, "receipt_number")),
    status: paymentStatus(payment),
    total: money(at(payment, "total_money")),
    currency: currencyCode(at(payment, "total_money", "currency")),
    ...buyerOf(payment, fetched),
    locationId: text(at(payment, "location_id")),
    staffId: text(at(payment, "team_member_id")),
    items: itemsOf(at(fetched, "order")),
    createdAt: instant(at(payment, "created_at")),
    updatedAt,
    version: updatedAt,
  });
}

/** The `order_id` of a refund is that of an order made for the refund. */
function ofRefund({ words, fetched }: InboundEvent, refund: Json | undefined): OrderReading | undefined {
  const id = text(at(refund, "payment_id"));
  if (id === null) return undefined;
  const payment = at(fetched, "payment");
  const back = money(at(refund, "amount_money"));
  const refundId = text(at(refund, "id"));
  const updatedAt = instant(at(refund, "updated_at"));
  const known = {
    status: words.includes("order.refunded") ? "refunded" : words.length > 0 ? "partlyRefunded" : null,
    ...(words.length > 0 && back !== null && { refunded: back }),
    ...(refundId !== null && { refundId }),
    currency: currencyCode(at(refund, "amount_money", "currency")),
    locationId: text(at(refund, "location_id")),
    updatedAt,
    version: updatedAt,
  } as const;
  return { ...(ofPayment(payment, fetched) ?? orderReading({ id: paymentKey(id) })), ...known };
}

function ofOrder(type: string, notice: Json | undefined, fetched: Fetched): OrderReading | undefined {
  const id = text(at(notice, "order_id"));
  if (id === null) return undefined;
  const order = at(fetched, "order");
  const newest = order ?? notice;
  const updatedAt = instant(at(newest, "updated_at"));
  return orderReading({
    id,
    number: text(at(order, "reference_id"), at(order, "ticket_name")),
    status: statusOf(type, newest),
    total: money(at(order, "total_money")),
    currency: currencyCode(at(order, "total_money", "currency")),
    ...buyerOf(undefined, fetched),
    locationId: text(at(newest, "location_id")),
    items: itemsOf(order),
    createdAt: instant(at(newest, "created_at")),
    updatedAt,
    version: updatedAt,
  });
}

function paymentKey(id: string): string {
  return `payment:${id}`;
}

/** The customer on file before what was typed in for this payment or this delivery. */
function buyerOf(payment: Json | undefined, fetched: Fetched) {
  const customer = customerOf(fetched);
  const recipient = recipientOf(at(fetched, "order"));
  return {
    ...customer,
    ...first(customer, namesIn(at(payment, "billing_address")), namesOf(at(recipient, "display_name"))),
    email: text(customer.email, at(payment, "buyer_email_address"), at(recipient, "email_address")),
    phone: text(customer.phone, at(recipient, "phone_number")),
  };
}

/** Whoever picks the order up or gets it sent: `pickup_details`, `shipment_details`, `delivery_details`, … */
export function recipientOf(order: Json | undefined): Json | undefined {
  return entries(at(order, "fulfillments"))
    .flatMap((fulfillment) => Object.entries(fulfillment ?? {}))
    .filter(([name]) => name.endsWith("_details"))
    .map(([, details]) => at(details as Json, "recipient"))
    .find((recipient) => recipient !== undefined);
}

function itemsOf(order: Json | undefined): OrderReading["items"] {
  return entries(at(order, "line_items")).map((item) => ({
    name: text(at(item, "name")),
    sku: null,
    quantity: decimal(at(item, "quantity")) ?? 1,
  }));
}

function paymentStatus(payment: Json | undefined): OrderStatus | null {
  if (at(payment, "status") !== "COMPLETED") return null;
  const refund = refundOf(payment);
  return refund === "whole" ? "refunded" : refund === "part" ? "partlyRefunded" : "paid";
}

/** An order that stays open may have been paid: only its creation says that nothing has happened yet. */
function statusOf(type: string, order: Json | undefined): OrderStatus | null {
  switch (at(order, "state")) {
    case "COMPLETED":
      return "completed";
    case "CANCELED":
      return "cancelled";
    default:
      return type === "order.created" ? "open" : null;
  }
}
