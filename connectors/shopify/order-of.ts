import type { InboundEvent, OrderReading, OrderStatus } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";
import { at, decimal, entries, text, yesOrNo } from "../field.js";
import { currencyCode } from "../money.js";
import { language, namesIn } from "../person.js";
import { orderReading } from "../readings.js";
import { instant } from "../times.js";
import { aboutOrder, givenBack } from "./topics.js";

/** The order of an event: whole, or only named where the body is a refund's or a parcel's, which say nothing of the customer. */
export function orderOf({ type, words, payload }: InboundEvent): OrderReading | undefined {
  switch (aboutOrder(type)) {
    case "itself":
      return whole(type, payload);
    case "by order_id":
      return named(type, words, payload);
    case "no":
      return undefined;
  }
}

function whole(topic: string, order: Json): OrderReading | undefined {
  const id = text(at(order, "id"));
  if (id === null) return undefined;
  const customer = at(order, "customer");
  const billing = at(order, "billing_address");
  const shipping = at(order, "shipping_address");
  const updatedAt = instant(at(order, "updated_at"));
  return orderReading({
    id,
    number: text(at(order, "name"), at(order, "order_number")),
    status: statusIn(order) ?? statusOf(topic),
    // Before refunds: the current one grows less with each of them.
    total: decimal(at(order, "total_price")) ?? decimal(at(order, "current_total_price")),
    currency: currencyCode(at(order, "currency")),
    email: text(at(order, "email"), at(order, "contact_email"), at(customer, "email")),
    ...namesIn(customer, billing, shipping),
    phone: text(at(order, "phone"), at(customer, "phone"), at(billing, "phone"), at(shipping, "phone")),
    language: language(at(order, "customer_locale")),
    locationId: text(at(order, "location_id")),
    staffId: staffOf(order),
    consent: yesOrNo(at(order, "buyer_accepts_marketing")),
    createdAt: instant(at(order, "created_at")),
    updatedAt,
    version: updatedAt,
    items: entries(at(order, "line_items")).map((item) => ({
      name: text(at(item, "name"), at(item, "title")),
      sku: text(at(item, "sku")),
      quantity: decimal(at(item, "quantity")) ?? 1,
    })),
    tags: (text(at(order, "tags")) ?? "").split(",").flatMap((tag) => text(tag) ?? []),
  });
}

/** A refund and a parcel have the clock of their order, so their time tells what is newer. */
function named(topic: string, words: InboundEvent["words"], body: Json): OrderReading | undefined {
  const id = text(at(body, "order_id"));
  if (id === null) return undefined;
  const updatedAt = instant(at(body, "updated_at")) ?? instant(at(body, "created_at"));
  const refunded = words.includes("order.partlyRefunded") ? givenBack(body) : null;
  const refundId = topic === "refunds/create" ? text(at(body, "id")) : null;
  return orderReading({
    id,
    status: words.includes("order.partlyRefunded")
      ? "partlyRefunded"
      : words.includes("order.delivered")
        ? "delivered"
        : null,
    ...(refundId !== null && { refundId }),
    ...(refunded !== null && { refunded, currency: currencyCode(at(body, "transactions", 0, "currency")) }),
    updatedAt,
    version: updatedAt,
  });
}

function statusIn(order: Json): OrderStatus | null {
  const financial = at(order, "financial_status");
  if (text(at(order, "cancelled_at")) !== null) return "cancelled";
  if (financial === "refunded") return "refunded";
  if (financial === "partially_refunded") return "partlyRefunded";
  if (at(order, "fulfillment_status") === "fulfilled") return "fulfilled";
  if (financial === "paid") return "paid";
  return financial === undefined ? null : "open";
}

/** For a body without the fields that say it. */
function statusOf(topic: string): OrderStatus | null {
  switch (topic) {
    case "orders/create":
      return "open";
    case "orders/paid":
      return "paid";
    case "orders/fulfilled":
      return "fulfilled";
    case "orders/cancelled":
      return "cancelled";
    default:
      return null;
  }
}

/** The person at the till, else the one to whom a line is credited: both by the number at the end of their id. */
function staffOf(order: Json): string | null {
  const credited = entries(at(order, "line_items")).flatMap((item) => entries(at(item, "attributed_staffs")));
  return text(at(order, "user_id"), ...credited.map((staff) => at(staff, "id")))?.replace(/^gid:.*\//, "") ?? null;
}
