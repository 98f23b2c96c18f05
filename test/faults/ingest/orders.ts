import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Random } from "../random.js";
import type { Delivery, Story } from "./story.js";

export const shop = { name: "shop", secret: "shpss_of_the_faults" };

const paid = recorded("shopify-orders-paid.json");
const cancelled = recorded("shopify-orders-cancelled.json");
const refund = recorded("shopify-refunds-create.json");
/** What the order came to. */
const total = Number(paid["total_price"]);
/** Longer than the first steps of what it starts. */
const latest = 3_000;

/** An order of Shopify's: paid, and then cancelled, given back at once or in parts, or neither. */
export function order(number: number, random: Random): Story {
  const email = `order-${number}@faults.example`;
  const id = 7_000_000_000_000 + number;
  const begunAt = Date.now();
  const times = (step: number): object => ({
    created_at: new Date(begunAt).toISOString(),
    updated_at: new Date(begunAt + 1_000 * step).toISOString(),
  });
  const named = {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${number}`,
    email,
    contact_email: email,
  };
  const customer = { ...(paid["customer"] as object), email };
  const asPaid = { ...paid, ...named, customer, ...times(0) };
  const back = (part: number, amount: number, after: number): Delivery => {
    const refundId = id * 10 + part;
    const [transaction] = refund["transactions"] as [object];
    const transactions = [{ ...transaction, order_id: id, amount: amount.toFixed(2) }];
    const own = { id: refundId, admin_graphql_api_id: `gid://shopify/Refund/${refundId}`, order_id: id };
    const at = new Date(begunAt + 1_000 * part).toISOString();
    const body = { ...refund, ...own, transactions, created_at: at, processed_at: at };
    return delivery("refunds/create", `${number}-refund-${part}`, body, after);
  };
  // One in five is told of before it is known.
  const first = random.next() < 0.2 ? random.between(0, latest) : 0;
  const deliveries = [delivery("orders/paid", `${number}-paid`, asPaid, first)];
  // Two subscriptions to a topic, or an app that is installed twice: one fact with two ids.
  if (random.next() < 0.25)
    deliveries.push(delivery("orders/paid", `${number}-paid-again`, asPaid, random.between(0, latest)));
  const later = random.between(0, latest);
  const fate = random.next();
  if (fate < 0.3) {
    const cancel = { ...cancelled, ...named, customer, ...times(2), cancelled_at: new Date(begunAt).toISOString() };
    deliveries.push(delivery("orders/cancelled", `${number}-cancelled`, cancel, later));
  } else if (fate < 0.55) {
    const part = random.between(1, total - 1);
    // At one moment or apart.
    const apart = random.next() < 0.7 ? 0 : random.between(0, latest);
    deliveries.push(back(1, part, later), back(2, total - part, later + apart));
  } else if (fate < 0.65) {
    deliveries.push(back(1, total, later));
  } else if (fate < 0.75) {
    deliveries.push(back(1, total / 2, later));
  }
  const run = { sequence: "thanks", steps: ["one", "two", "three"] };
  return { email, deliveries, runs: [{ ...run, ends: fate < 0.65 ? "over" : "waits" }] };
}

function delivery(topic: string, eventId: string, content: object, after: number): Delivery {
  const body = JSON.stringify(content);
  return {
    source: shop.name,
    id: `${topic}:${eventId}`,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-event-id": eventId,
      "x-shopify-webhook-id": `w-${eventId}`,
      "x-shopify-shop-domain": "faults.myshopify.com",
      "x-shopify-hmac-sha256": createHmac("sha256", shop.secret).update(body).digest("base64"),
    },
    body,
    after,
    insists: true,
  };
}

function recorded(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`test/fixtures/connectors/${file}`, "utf8")) as Record<string, unknown>;
}
