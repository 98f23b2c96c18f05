import type { JsonObject } from "../../core/contracts/model.js";
import { text } from "../field.js";

/** Hooks whose first argument is the id of an order. */
const orderHooks = new RegExp(
  "^action\\.woocommerce_(order_status_\\w+|order_(fully_|partially_)?refunded|order_payment_status_changed|" +
    "(pre_)?payment_complete|new_order|update_order|checkout_order_processed)$",
);

/** Whether a body can be one of the topic, by what every body of it has and no other. Unknown topics fit any body. */
export function fits(topic: string, body: JsonObject): boolean {
  if (topic.startsWith("action.")) return body["action"] === topic.slice("action.".length);
  switch (topic) {
    case "order.deleted":
      return text(body["id"]) !== null && Object.keys(body).length === 1;
    case "order.created":
    case "order.updated":
    case "order.restored":
      return text(body["id"]) !== null && text(body["status"]) !== null && Array.isArray(body["line_items"]);
    default:
      return true;
  }
}

/** The id of the order that the body is about; `null` when it is about none. */
export function orderId(topic: string, body: JsonObject): string | null {
  if (topic.startsWith("order.")) return text(body["id"]);
  const id = orderHooks.test(topic) ? text(body["arg"]) : null;
  return id !== null && /^\d+$/.test(id) ? id : null;
}
