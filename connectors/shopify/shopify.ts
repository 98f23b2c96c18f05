import { createHash } from "node:crypto";
import type { Connector, InboundEvent, WebhookRequest } from "../../core/contracts/connector.js";
import { Malformed } from "../../core/contracts/errors.js";
import type { JsonObject } from "../../core/contracts/model.js";
import { bodyHmac } from "../body-hmac.js";
import type { ConnectorType } from "../connector-type.js";
import { text } from "../field.js";
import { jsonObject } from "../json.js";
import { instant } from "../times.js";
import { orderOf } from "./order-of.js";
import { privacyOf } from "./privacy.js";
import { fits, topics, wordsOf } from "./topics.js";

/** The order in the notifications that a shop sends to try its webhooks out. */
const SAMPLE_ORDER = "820982911946154508";

/**
 * Speaks Shopify's HTTPS webhooks: base64 HMAC-SHA256 over the body. A webhook that was made in the shop's admin is signed with the key
 * shown there, one of an app with the app's client secret. https://shopify.dev/docs/apps/build/webhooks
 */
export const shopify: ConnectorType = {
  name: "shopify",
  reads: ["order"],
  options: {},
  topics,
  connect({ secrets }): Connector {
    return {
      ...bodyHmac({ header: "x-shopify-hmac-sha256", encoding: "base64" }, secrets),
      receive: (request) => [eventOf(request)],
      reading: orderOf,
      privacy: privacyOf,
    };
  },
};

function eventOf({ headers, body }: WebhookRequest): InboundEvent {
  const topic = text(headers["x-shopify-topic"]);
  if (topic === null) throw new Malformed("The header X-Shopify-Topic is missing");
  const payload = jsonObject(body);
  // Headers are not signed: a topic that was put on another topic's body must not be believed.
  if (!fits(topic, payload)) throw new Malformed(`The body is not one of the topic ${topic}`);
  const trial = trialOf(headers, payload);
  return {
    id: `${topic}:${deliveryOf(headers, body)}`,
    type: topic,
    words: wordsOf(topic, payload),
    occurredAt: occurredAt(topic, headers, payload),
    payload,
    ...(trial && { trial }),
  };
}

/** The event id names what happened and is on every topic that tells it, once per subscription. */
function deliveryOf(headers: WebhookRequest["headers"], body: Uint8Array): string {
  const given = text(headers["x-shopify-event-id"], headers["x-shopify-webhook-id"]);
  return given ?? createHash("sha256").update(body).digest("hex");
}

/** The signed times first. Privacy topics are never too old. */
function occurredAt(topic: string, headers: WebhookRequest["headers"], payload: JsonObject): number | null {
  if (/^(customers|shop)\//.test(topic)) return null;
  return instant(payload["updated_at"]) ?? instant(payload["created_at"]) ?? instant(headers["x-shopify-triggered-at"]);
}

function trialOf(headers: WebhookRequest["headers"], payload: JsonObject): InboundEvent["trial"] {
  if (text(payload["order_id"], payload["id"]) === SAMPLE_ORDER) return "sample";
  return payload["test"] === true || headers["x-shopify-test"]?.toLowerCase() === "true" ? "test" : undefined;
}
