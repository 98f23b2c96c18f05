import type { EventWord, InboundEvent } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";
import { at, text } from "../field.js";
import { fromSmallest, isAllOf } from "../money.js";

/** What the event is called here. Of a refund only the payment, which is fetched, tells whether it gives all back. */
export function wordsOf(type: string, payload: Json, fetched?: InboundEvent["fetched"]): EventWord[] {
  const object = at(payload, "data", "object");
  switch (type) {
    case "payment.created":
    case "payment.updated":
      return paymentWords(at(object, "payment"));
    case "refund.created":
    case "refund.updated":
      return refundWords(at(object, "refund"), at(fetched, "payment"));
    case "order.created":
      return orderWords(["order.created"], text(at(object, "order_created", "state")));
    case "order.updated":
      return orderWords([], text(at(object, "order_updated", "state")));
    case "booking.created":
    case "booking.updated":
      return [bookingWord(type, text(at(object, "booking", "status")) ?? "")];
    default:
      return [];
  }
}

/** A failed or cancelled payment may be followed by another one for its order, and ends nothing. */
function paymentWords(payment: Json | undefined): EventWord[] {
  if (at(payment, "status") !== "COMPLETED") return [];
  switch (refundOf(payment)) {
    case "whole":
      return ["order.refunded"];
    case "part":
      return ["order.paid", "order.partlyRefunded"];
    case "none":
      return ["order.paid"];
  }
}

/** What a payment says was given back of it. */
export function refundOf(payment: Json | undefined): "none" | "part" | "whole" {
  const back = money(at(payment, "refunded_money"));
  if (back === null || back === 0) return "none";
  return isAllOf(back, money(at(payment, "total_money"))) ? "whole" : "part";
}

function refundWords(refund: Json | undefined, payment: Json | undefined): EventWord[] {
  if (["REJECTED", "FAILED"].includes(text(at(refund, "status")) ?? "")) return [];
  const all = isAllOf(money(at(refund, "amount_money")), money(at(payment, "total_money")));
  return [all || refundOf(payment) === "whole" ? "order.refunded" : "order.partlyRefunded"];
}

function orderWords(created: EventWord[], state: string | null): EventWord[] {
  switch (state) {
    case "COMPLETED":
      return [...created, "order.fulfilled", "order.completed"];
    case "CANCELED":
      return ["order.cancelled"];
    case "DRAFT":
      return [];
    default:
      return created;
  }
}

/** Cancellations, no-shows and changes of any kind come as one topic. */
function bookingWord(type: string, status: string): EventWord {
  if (status.startsWith("CANCELLED_") || status === "DECLINED") return "booking.cancelled";
  if (status === "NO_SHOW") return "booking.noShow";
  return type === "booking.created" ? "booking.created" : "booking.moved";
}

/** In units of the currency. */
export function money(value: Json | undefined): number | null {
  return fromSmallest(at(value, "amount"), at(value, "currency"));
}
