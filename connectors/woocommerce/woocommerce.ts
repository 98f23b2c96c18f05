import { createHash } from "node:crypto";
import Joi from "joi";
import type { Connector, InboundEvent, PlatformAccess, WebhookRequest } from "../../core/contracts/connector.js";
import { Malformed } from "../../core/contracts/errors.js";
import type { JsonObject } from "../../core/contracts/model.js";
import { bodyHmac } from "../body-hmac.js";
import type { ConnectorType } from "../connector-type.js";
import { text } from "../field.js";
import { jsonObject } from "../json.js";
import { site } from "../origin.js";
import { utc } from "../times.js";
import { isPlaced, orderOf, wordsOf } from "./order-of.js";
import { signingSecret } from "./signing-secret.js";
import { fits, orderId } from "./topics.js";

interface Api {
  baseUrl: string;
  consumerKey: string;
  consumerSecret: string;
}

/**
 * Speaks WooCommerce's webhooks: base64 HMAC-SHA256 over the body, which is made when it is delivered and shows the order as it is then.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks
 */
export const woocommerce: ConnectorType = {
  name: "woocommerce",
  reads: ["order"],
  options: {
    api: Joi.object({
      baseUrl: site.required(),
      consumerKey: Joi.string().required(),
      consumerSecret: Joi.string().required(),
    }),
  },
  // Any hook of WordPress can be one, as `action.<hook>`.
  topics: null,
  connect({ secrets, options }): Connector {
    const api = options["api"] as Api | undefined;
    return {
      ...bodyHmac({ header: "x-wc-webhook-signature", encoding: "base64" }, secrets.map(signingSecret)),
      receive: (request) => [eventOf(request)],
      handshake: (request) => (isPing(request) ? { status: 200 } : undefined),
      reading: orderOf,
      ...(api && calling(api)),
    };
  },
};

/** Saving a webhook posts its id, unsigned and without any header of WooCommerce's, and wants exactly 200. */
function isPing({ method, headers, body }: WebhookRequest): boolean {
  const form = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === "application/x-www-form-urlencoded";
  const bare = !Object.keys(headers).some((name) => name.startsWith("x-wc-"));
  return method === "POST" && form && bare && /^webhook_id=\d{1,20}$/.test(Buffer.from(body).toString("latin1"));
}

function eventOf({ headers, body }: WebhookRequest): InboundEvent {
  const topic = text(headers["x-wc-webhook-topic"]);
  if (topic === null) throw new Malformed("The header X-WC-Webhook-Topic is missing");
  const payload = jsonObject(body);
  // Headers are not signed: a topic that was put on another topic's body must not be believed.
  if (!fits(topic, payload)) throw new Malformed(`The body is not one of the topic ${topic}`);
  const modified = text(payload["date_modified_gmt"]);
  return {
    id: [
      topic,
      text(payload["id"], payload["arg"]) ?? "",
      // Two deliveries of one second have the same delivery id, so it only tells bodies apart that do not say when they were made.
      modified ?? text(headers["x-wc-webhook-delivery-id"]) ?? "",
      createHash("sha256").update(body).digest("hex"),
    ].join(":"),
    type: topic,
    words: topicWords(topic, payload),
    occurredAt: utc(payload["date_modified_gmt"]),
    payload,
  };
}

function topicWords(topic: string, payload: JsonObject): InboundEvent["words"] {
  switch (topic) {
    case "order.created":
      return isPlaced(payload) ? ["order.created", ...wordsOf(payload)] : [];
    case "order.updated":
    case "order.restored":
      return wordsOf(payload);
    case "order.deleted":
      return ["order.cancelled"];
    default:
      return [];
  }
}

function calling(api: Api): Required<Pick<Connector, "fetch">> & { api: PlatformAccess } {
  const { origin, pathname } = new URL(api.baseUrl);
  const orders = `${pathname.replace(/\/$/, "")}/wp-json/wc/v3/orders`;
  const basic = Buffer.from(`${api.consumerKey}:${api.consumerSecret}`).toString("base64");
  return {
    // The shop's own server, which also serves customers.
    api: { baseUrl: origin, headers: { authorization: `Basic ${basic}`, accept: "application/json" }, perSecond: 5 },
    /** An action says which order it is about and no more; its order says what happened. */
    async fetch(event, http) {
      const id = event.type.startsWith("action.") ? orderId(event.type, event.payload as JsonObject) : null;
      if (id === null) return event;
      const order = await http.get(`${orders}/${id}`);
      return { ...event, words: wordsOf(order), fetched: { order } };
    },
  };
}
