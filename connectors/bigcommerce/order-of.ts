import type { EventWord, InboundEvent, OrderReading, OrderStatus } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";
import { at, decimal, entries, text, yesOrNo } from "../field.js";
import { currencyCode, isAllOf } from "../money.js";
import { language, namesIn } from "../person.js";
import { orderReading } from "../readings.js";
import { mailDate } from "../times.js";

const statuses: ReadonlyMap<string, OrderStatus> = new Map([
  ["0", "open"],
  ["1", "open"],
  ["2", "fulfilled"],
  ["3", "paid"],
  ["4", "refunded"],
  ["5", "cancelled"],
  ["6", "cancelled"],
  ["7", "open"],
  ["8", "paid"],
  ["9", "paid"],
  ["10", "completed"],
  ["11", "paid"],
  ["12", "open"],
  ["14", "partlyRefunded"],
]);

const newStatusWords: ReadonlyMap<string, EventWord> = new Map([
  ["2", "order.fulfilled"],
  ["4", "order.refunded"],
  ["5", "order.cancelled"],
  ["6", "order.cancelled"],
  ["10", "order.completed"],
  ["11", "order.paid"],
  ["14", "order.partlyRefunded"],
]);

/** The number of the order that the event is about; `null` when it is about none. */
export function orderId({ payload }: InboundEvent): string | null {
  const data = at(payload, "data");
  return text(at(data, "orderId"), at(data, "order_id"), at(data, "type") === "order" ? at(data, "id") : undefined);
}

/**
 * What the event is called here. Orders are created incomplete (status 0) when a customer reaches the payment, and most are left there:
 * such a creation is called nothing, and the change to another status the creation.
 */
export function wordsOf({ type, payload, fetched }: InboundEvent): EventWord[] {
  const order = at(fetched, "order");
  switch (type) {
    case "store/order/created":
      return createdWords(text(at(order, "status_id")));
    case "store/order/statusUpdated": {
      const status = at(payload, "data", "status");
      const word = newStatusWords.get(text(at(status, "new_status_id")) ?? "");
      const words: EventWord[] = word === undefined ? [] : [word];
      const placed = text(at(status, "previous_status_id")) === "0" && !areEnd(words);
      return placed ? ["order.created", ...words] : words;
    }
    case "store/order/refund/created":
      return [isAllBack(order) ? "order.refunded" : "order.partlyRefunded"];
    default:
      return [];
  }
}

/** Whether the webhook alone says that the order is cancelled or refunded. */
export function ends({ words }: InboundEvent): boolean {
  return areEnd(words);
}

function areEnd(words: readonly EventWord[]): boolean {
  return words.includes("order.cancelled") || words.includes("order.refunded");
}

/** The order of an event: whole when it was fetched, else only named. */
export function orderOf(event: InboundEvent): OrderReading | undefined {
  const id = orderId(event);
  if (id === null) return undefined;
  const order = at(event.fetched, "order");
  if (order === undefined) return named(id, event);
  const billing = at(order, "billing_address");
  const updatedAt = mailDate(at(order, "date_modified"));
  return orderReading({
    id,
    number: id,
    status: statusOf(order),
    total: decimal(at(order, "total_inc_tax")),
    currency: currencyCode(at(order, "currency_code")),
    email: text(at(billing, "email")),
    ...namesIn(billing),
    phone: text(at(billing, "phone")),
    language: language(at(order, "customer_locale")),
    locationId: text(at(order, "channel_id")),
    consent: yesOrNo(at(order, "is_email_opt_in")),
    createdAt: mailDate(at(order, "date_created")),
    updatedAt,
    version: updatedAt,
    items: entries(at(event.fetched, "products")).map((product) => ({
      name: text(at(product, "name")),
      sku: text(at(product, "sku")),
      quantity: decimal(at(product, "quantity")) ?? 1,
    })),
  });
}

function named(id: string, { payload, occurredAt }: InboundEvent): OrderReading {
  const status = statuses.get(text(at(payload, "data", "status", "new_status_id")) ?? "") ?? null;
  return orderReading({ id, number: id, status, updatedAt: occurredAt, version: occurredAt });
}

function statusOf(order: Json): OrderStatus | null {
  const status = statuses.get(text(at(order, "status_id")) ?? "") ?? null;
  if (status === "cancelled") return status;
  if (isAllBack(order)) return "refunded";
  return (decimal(at(order, "refunded_amount")) ?? 0) > 0 ? "partlyRefunded" : status;
}

function isAllBack(order: Json | undefined): boolean {
  if (text(at(order, "status_id")) === "4") return true;
  return isAllOf(decimal(at(order, "refunded_amount")), decimal(at(order, "total_inc_tax")));
}

function createdWords(status: string | null): EventWord[] {
  if (status === "0") return [];
  return status === "11" ? ["order.created", "order.paid"] : ["order.created"];
}
