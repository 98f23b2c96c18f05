import type { EventWord } from "../../core/contracts/connector.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { at, decimal, entries, text } from "../field.js";

/** What the body of a topic is, by the type in its `admin_graphql_api_id`. */
const bodies = new Map<string, "Order" | "Refund" | "Fulfillment" | "FulfillmentEvent" | "privacy">([
  ["orders/create", "Order"],
  ["orders/paid", "Order"],
  ["orders/partially_fulfilled", "Order"],
  ["orders/fulfilled", "Order"],
  ["orders/cancelled", "Order"],
  ["orders/updated", "Order"],
  ["refunds/create", "Refund"],
  ["fulfillments/create", "Fulfillment"],
  ["fulfillments/update", "Fulfillment"],
  ["fulfillment_events/create", "FulfillmentEvent"],
  ["customers/data_request", "privacy"],
  ["customers/redact", "privacy"],
  ["shop/redact", "privacy"],
]);

export const topics: readonly string[] = [...bodies.keys()];

/** Whether the topic's body is an order itself or about one, which `order_id` then names. */
export function aboutOrder(topic: string): "itself" | "by order_id" | "no" {
  const body = bodies.get(topic);
  if (body === undefined || body === "privacy") return "no";
  return body === "Order" ? "itself" : "by order_id";
}

/** Whether a body can be one of the topic, by what every body of it has and no other. Unknown topics fit any body. */
export function fits(topic: string, body: JsonObject): boolean {
  const kind = bodies.get(topic);
  if (kind === undefined) return true;
  if (kind === "privacy") return fitsPrivacy(topic, body);
  const gid = text(body["admin_graphql_api_id"]);
  if (text(body["id"]) === null || (gid !== null && !gid.startsWith(`gid://shopify/${kind}/`))) return false;
  return (text(body["order_id"]) !== null) === (kind !== "Order");
}

/** A request for somebody's data must not be read as one to forget them. */
function fitsPrivacy(topic: string, body: JsonObject): boolean {
  if (text(body["id"], body["order_id"]) !== null) return false;
  if (topic === "shop/redact") return !("customer" in body);
  const asked = "data_request" in body || "orders_requested" in body;
  return asked === (topic === "customers/data_request");
}

const unpaid: readonly (Json | undefined)[] = ["pending", "authorized", "partially_paid", "voided", "expired"];

/** What the event is called here. A topic that its own body contradicts is called nothing. */
export function wordsOf(topic: string, body: JsonObject): EventWord[] {
  switch (topic) {
    case "orders/create":
      return ["order.created"];
    case "orders/paid":
      return unpaid.includes(body["financial_status"]) ? [] : ["order.paid"];
    case "orders/fulfilled":
      return saysOr(body["fulfillment_status"], "fulfilled") ? ["order.fulfilled"] : [];
    case "orders/cancelled":
      return body["cancelled_at"] === null ? [] : ["order.cancelled"];
    case "orders/updated":
      return [...(text(body["cancelled_at"]) === null ? [] : (["order.cancelled"] as const)), ...refundWords(body)];
    case "refunds/create":
      return givenBack(body) === 0 ? [] : ["order.partlyRefunded"];
    case "fulfillment_events/create":
      return body["status"] === "delivered" ? ["order.delivered"] : [];
    default:
      return [];
  }
}

/** The money in a refund, `null` when it does not say. Goods may be taken back for none. */
export function givenBack(refund: Json): number | null {
  const transactions = at(refund, "transactions");
  if (!Array.isArray(transactions)) return null;
  const amounts = entries(transactions)
    .filter(counts)
    .map((one) => decimal(at(one, "amount")) ?? 0);
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

/** Failed ones moved nothing; pending ones are on their way to the customer. */
function counts(transaction: Json): boolean {
  return (
    saysOr(at(transaction, "kind"), "refund") && ["success", "pending"].includes(text(at(transaction, "status")) ?? "")
  );
}

function refundWords({ financial_status: financial }: JsonObject): EventWord[] {
  if (financial === "refunded") return ["order.refunded"];
  return financial === "partially_refunded" ? ["order.partlyRefunded"] : [];
}

/** A subscription may leave any field out: one that is not there contradicts nothing. */
function saysOr(value: Json | undefined, expected: string): boolean {
  return value === undefined || value === expected;
}
