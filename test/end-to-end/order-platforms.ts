import type { JsonObject } from "../../core/contracts/model.js";
import type { PlatformServer } from "./platform-server.js";
import { iso, next, recorded, type Delivery } from "./telling.js";

/** An order of a test. */
export interface Ordered {
  id: number;
  email: string;
  /** Of what is told, by the platform's clock. */
  at: number;
  /** Default: yes, where the platform can say so. */
  consent?: boolean;
  test?: boolean;
}

/** What a platform sends about an order. Each call is a delivery of its own. */
export interface OrderPlatform {
  /** As YAML in one line. */
  api?: string;
  /** How the entity is called. */
  id(order: Ordered): string;
  paid(order: Ordered): Delivery;
  /** The same fact once more, under another id. */
  retold(order: Ordered): Delivery;
  /** What the order was before it was paid. */
  unpaid(order: Ordered): Delivery;
  cancelled(order: Ordered): Delivery;
  refunded(order: Ordered): Delivery;
  /** What the platform does not say. */
  lacks?: readonly ("consent" | "test")[];
}

const minute = 60_000;
const gmt = (at: number): string => iso(at).slice(0, 19);
const seconds = (at: number): number => Math.floor(at / 1000);

function shopify(): OrderPlatform {
  const order = (file: string, { id, email, at, consent = true, test = false }: Ordered, more: JsonObject = {}) => {
    const own = { id, admin_graphql_api_id: `gid://shopify/Order/${id}`, email, contact_email: email, test };
    const told = { buyer_accepts_marketing: consent, created_at: iso(at - 60 * minute), updated_at: iso(at) };
    return JSON.stringify({ ...recorded(`shopify-${file}.json`), ...own, ...told, ...more });
  };
  const said = (topic: string, text: string): Delivery => ({
    text,
    headers: { "x-shopify-topic": topic, "x-shopify-event-id": next() },
  });
  const paid = (told: Ordered) => said("orders/paid", order("orders-paid", told));
  return {
    id: ({ id }) => `order:${id}`,
    paid,
    retold: paid,
    unpaid: (told) => said("orders/create", order("orders-create", { ...told, at: told.at - minute })),
    cancelled: ({ at, ...told }) =>
      said("orders/cancelled", order("orders-cancelled", { ...told, at: at + minute }, { cancelled_at: iso(at) })),
    refunded({ id, at }) {
      const own = { id: id + 1, admin_graphql_api_id: `gid://shopify/Refund/${id + 1}`, order_id: id };
      const transactions = [{ kind: "refund", status: "success", amount: "448.00", currency: "SEK" }];
      const told = { created_at: iso(at + minute), processed_at: iso(at + minute), transactions };
      return said("refunds/create", JSON.stringify({ ...recorded("shopify-refunds-create.json"), ...own, ...told }));
    },
  };
}

function woocommerce(): OrderPlatform {
  const order = (file: string, { id, email, at }: Ordered, more: JsonObject = {}): Delivery => {
    const body = recorded(`woocommerce-order.${file}.json`);
    const own = { id, number: String(id), billing: { ...(body["billing"] as JsonObject), email } };
    const told = { date_created_gmt: gmt(at - 60 * minute), date_modified_gmt: gmt(at) };
    const topic = { "x-wc-webhook-topic": `order.${file.split("-", 1)[0]}` };
    return { text: JSON.stringify({ ...body, ...own, ...told, ...more }), headers: topic };
  };
  return {
    id: ({ id }) => `order:${id}`,
    paid: (told) => order("updated-processing", told),
    retold: (told) => order("updated-completed", told),
    unpaid: (told) => order("created", { ...told, at: told.at - minute }),
    cancelled: (told) => order("updated-processing", { ...told, at: told.at + minute }, { status: "cancelled" }),
    refunded: (told) => order("updated-completed", { ...told, at: told.at + minute }, { status: "refunded" }),
    lacks: ["consent", "test"],
  };
}

function stripe(): OrderPlatform {
  const event = (type: string, at: number, object: JsonObject, livemode = true): Delivery => ({
    text: JSON.stringify({
      id: `evt_${next()}`,
      object: "event",
      type,
      created: seconds(at),
      livemode,
      data: { object },
    }),
  });
  const session = (
    type: string,
    { id, email, at, consent = true, test = false }: Ordered,
    more: JsonObject = {},
  ): Delivery => {
    const { data } = recorded("stripe-checkout.session.completed.json") as { data: { object: JsonObject } };
    const own = { id: `cs_${id}`, payment_intent: `pi_${id}`, created: seconds(at) };
    const told = {
      customer_details: { ...(data.object["customer_details"] as JsonObject), email },
      consent: { promotions: consent ? "opt_in" : "opt_out" },
    };
    return event(`checkout.session.${type}`, at, { ...data.object, ...own, ...told, ...more }, !test);
  };
  return {
    id: ({ id }) => `order:cs_${id}`,
    paid: (told) => session("completed", told),
    retold: (told) => session("async_payment_succeeded", told),
    unpaid: (told) => session("completed", { ...told, at: told.at - minute }, { payment_status: "unpaid" }),
    cancelled: (told) => session("expired", { ...told, at: told.at + minute }, { status: "expired" }),
    refunded({ id, at }) {
      const charge = { object: "charge", amount: 8900, amount_refunded: 8900, currency: "usd", refunded: true };
      return event("charge.refunded", at + minute, { ...charge, id: `ch_${id}`, payment_intent: `pi_${id}` });
    },
  };
}

function square(platform: PlatformServer): OrderPlatform {
  const event = (type: string, at: number, object: JsonObject): Delivery => ({
    text: JSON.stringify({ type, event_id: next(), created_at: iso(at), data: { type, id: "x", object } }),
  });
  /** With the customer only the platform knows, who alone may say no. */
  const payment = ({ id, email, at, consent = true }: Ordered, status = "COMPLETED"): Delivery => {
    const { data } = recorded("square-payment.updated.json") as { data: { object: { payment: JsonObject } } };
    const { buyer_email_address: _, ...body } = data.object.payment;
    const customer = { given_name: "Noa", email_address: email, preferences: { email_unsubscribed: !consent } };
    const own = { id: `p${id}`, order_id: `o${id}`, customer_id: `c${id}`, status };
    const told = event("payment.updated", at, {
      payment: { ...body, ...own, created_at: iso(at), updated_at: iso(at) },
    });
    return { ...told, given: () => platform.set(`/v2/customers/c${id}`, { customer }) };
  };
  return {
    api: `{ baseUrl: "${platform.url}", accessToken: t }`,
    id: ({ id }) => `order:o${id}`,
    paid: (told) => payment(told),
    retold: (told) => payment(told),
    unpaid: (told) => payment({ ...told, at: told.at - minute }, "APPROVED"),
    cancelled: ({ id, at }) =>
      event("order.updated", at + minute, {
        order_updated: { order_id: `o${id}`, state: "CANCELED", updated_at: iso(at + minute) },
      }),
    refunded({ id, at }) {
      const { data } = recorded("square-refund.updated.json") as { data: { object: { refund: JsonObject } } };
      const own = { id: `p${id}_r`, payment_id: `p${id}`, updated_at: iso(at + minute) };
      return event("refund.updated", at + minute, { refund: { ...data.object.refund, ...own } });
    },
    lacks: ["test"],
  };
}

function bigcommerce(platform: PlatformServer): OrderPlatform {
  const status = ({ id, email, at, consent = true }: Ordered, became: number, before = 7): Delivery => {
    const order = recorded("bigcommerce-api-v2-order.json");
    const own = { id, status_id: became, is_email_opt_in: consent, date_modified: new Date(at).toUTCString() };
    const billing = { ...(order["billing_address"] as JsonObject), email };
    const data = { type: "order", id, status: { previous_status_id: before, new_status_id: became } };
    const event = { scope: "store/order/statusUpdated", producer: "stores/a", created_at: seconds(at), data };
    const given = (): void => {
      platform.set(`/stores/a/v2/orders/${id}`, { ...order, ...own, billing_address: billing });
      platform.set(`/stores/a/v2/orders/${id}/products`, recorded("bigcommerce-api-v2-order-products.json"));
    };
    return { text: JSON.stringify(event), headers: { "webhook-id": next() }, given };
  };
  return {
    api: `{ baseUrl: "${platform.url}", storeHash: a, accessToken: t }`,
    id: ({ id }) => `order:${id}`,
    paid: (told) => status(told, 11),
    retold: (told) => status(told, 11),
    unpaid: (told) => status({ ...told, at: told.at - minute }, 1),
    cancelled: (told) => status({ ...told, at: told.at + minute }, 5, 11),
    refunded: (told) => status({ ...told, at: told.at + minute }, 4, 11),
    lacks: ["test"],
  };
}

/** By the connector's name. */
export function orderPlatforms(platform: PlatformServer): Record<string, OrderPlatform> {
  return {
    shopify: shopify(),
    woocommerce: woocommerce(),
    "stripe-checkout": stripe(),
    square: square(platform),
    bigcommerce: bigcommerce(platform),
  };
}
