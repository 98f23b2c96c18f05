import type { EventWord, InboundEvent, OrderReading, OrderStatus } from "../../core/contracts/connector.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { at, decimal, entries, text } from "../field.js";
import { currencyCode, isAllOf } from "../money.js";
import { language, namesIn } from "../person.js";
import { orderReading } from "../readings.js";
import { utc } from "../times.js";
import { htmlText } from "./html-text.js";
import { orderId } from "./topics.js";

/** The order of an event: whole from its body or from what was fetched, else only named. */
export function orderOf({ type, payload, fetched }: InboundEvent): OrderReading | undefined {
  const id = orderId(type, payload as JsonObject);
  if (id === null) return undefined;
  if (type === "order.deleted") return orderReading({ id, status: "cancelled" });
  const order = type.startsWith("order.") ? payload : at(fetched, "order");
  return order === undefined ? orderReading({ id }) : whole(id, order);
}

/** What an order of this state is called here. One at the checkout is called nothing: it may never become one. */
export function wordsOf(order: Json): EventWord[] {
  const paid = text(at(order, "date_paid_gmt")) !== null;
  switch (at(order, "status")) {
    case "cancelled":
    case "trash":
      return ["order.cancelled"];
    case "refunded":
      return ["order.refunded"];
    case "processing":
      return refundedOr(order, paid ? ["order.paid"] : []);
    case "completed":
      return refundedOr(order, [...(paid ? (["order.paid"] as const) : []), "order.fulfilled", "order.completed"]);
    default:
      return [];
  }
}

/** Whether a customer has placed it: not at the checkout any more, and not given up there. */
export function isPlaced(order: Json): boolean {
  return !["pending", "checkout-draft", "auto-draft", "failed"].includes(text(at(order, "status")) ?? "pending");
}

function refundedOr(order: Json, words: EventWord[]): EventWord[] {
  switch (refundOf(order)) {
    case "whole":
      return ["order.refunded"];
    case "part":
      return [...words, "order.partlyRefunded"];
    case "none":
      return words;
  }
}

/** Refunds are listed with negative totals. */
function refundOf(order: Json): "none" | "part" | "whole" {
  const refunds = entries(at(order, "refunds"));
  if (refunds.length === 0) return "none";
  const back = refunds.reduce<number>((sum, refund) => sum + Math.abs(decimal(at(refund, "total")) ?? 0), 0);
  return isAllOf(back, decimal(at(order, "total"))) ? "whole" : "part";
}

function whole(id: string, order: Json): OrderReading {
  const billing = at(order, "billing");
  const updatedAt = utc(at(order, "date_modified_gmt"));
  return orderReading({
    id,
    number: text(at(order, "number")),
    status: statusOf(order),
    total: decimal(at(order, "total")),
    currency: currencyCode(at(order, "currency")),
    email: text(at(billing, "email")),
    ...namesIn(billing),
    phone: text(at(billing, "phone")),
    language: languageOf(order),
    createdAt: utc(at(order, "date_created_gmt")),
    updatedAt,
    version: updatedAt,
    items: entries(at(order, "line_items")).map((item) => {
      const name = text(at(item, "name"));
      return {
        name: name === null ? null : htmlText(name),
        sku: text(at(item, "sku")),
        quantity: decimal(at(item, "quantity")) ?? 1,
      };
    }),
  });
}

/** `null` for a plugin's own status, which leaves what is known. */
function statusOf(order: Json): OrderStatus | null {
  const words = wordsOf(order);
  if (words.includes("order.cancelled")) return "cancelled";
  if (words.includes("order.refunded")) return "refunded";
  if (words.includes("order.partlyRefunded")) return "partlyRefunded";
  if (words.includes("order.completed")) return "completed";
  if (words.includes("order.paid")) return "paid";
  const known = ["pending", "processing", "on-hold", "failed", "checkout-draft", "auto-draft"];
  return known.includes(text(at(order, "status")) ?? "") ? "open" : null;
}

/** WooCommerce has no language of an order; WPML, the plugin of most shops in several, notes it. */
function languageOf(order: Json): string | null {
  const note = entries(at(order, "meta_data")).find((meta) => at(meta, "key") === "wpml_language");
  return language(at(note, "value"));
}
