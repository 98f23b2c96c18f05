import Joi from "joi";
import type { Connector, InboundEvent } from "../../core/contracts/connector.js";
import { Malformed } from "../../core/contracts/errors.js";
import type { ConnectorType } from "../connector-type.js";
import { text } from "../field.js";
import { jsonObject, utf8 } from "../json.js";
import { origin } from "../origin.js";
import { newest } from "../secrets.js";
import { hmac, hmacs, prove } from "../signatures.js";
import { instant } from "../times.js";
import { notesIn, withoutFields } from "../without-fields.js";
import { again, bookingOf } from "./booking-of.js";
import { complete } from "./complete.js";
import { orderOf } from "./order-of.js";
import { wordsOf } from "./words-of.js";

const SIGNATURE = "x-square-hmacsha256-signature";

/** The version of Square's API that the call-backs are read as. https://developer.squareup.com/docs/build-basics/versioning-overview */
const VERSION = "2025-10-16";

interface Options {
  notificationUrl?: string;
  api?: { baseUrl?: string; accessToken: string };
}

/**
 * Speaks Square's webhooks: base64 HMAC-SHA256 over the URL that the subscription names, letter for letter, and the body.
 * https://developer.squareup.com/docs/webhooks/step3validate
 */
export const square: ConnectorType = {
  name: "square",
  reads: ["order", "booking"],
  options: {
    notificationUrl: Joi.string().uri({ scheme: ["http", "https"] }),
    api: Joi.object({ baseUrl: origin, accessToken: Joi.string().required() }),
  },
  topics: [
    "order.created",
    "order.updated",
    "order.fulfillment.updated",
    "payment.created",
    "payment.updated",
    "refund.created",
    "refund.updated",
    "booking.created",
    "booking.updated",
    "webhooks.test_notification",
  ],
  connect({ secrets, url, options }): Connector {
    const { notificationUrl = url, api } = options as Options;
    return {
      verify: ({ headers, body }) =>
        prove({ given: [headers[SIGNATURE] ?? ""], expected: hmacs(secrets, "base64", notificationUrl, body) }),
      receive: ({ body }) => [eventOf(body)],
      reading: (event) => bookingOf(event) ?? orderOf(event),
      sign: (body) => ({ [SIGNATURE]: hmac(newest(secrets), "base64", notificationUrl, body) }),
      ...(api && {
        fetch: complete,
        again,
        api: {
          baseUrl: api.baseUrl ?? "https://connect.squareup.com",
          headers: {
            authorization: `Bearer ${api.accessToken}`,
            "square-version": VERSION,
            accept: "application/json",
          },
          perSecond: 10,
        },
      }),
    };
  },
};

/** What is written about an appointment by hand may be about somebody's health. */
const notes = notesIn("customer_note", "seller_note");

function eventOf(body: Uint8Array): InboundEvent {
  const came = utf8(body);
  const kept = withoutFields(came, notes);
  const payload = jsonObject(Buffer.from(kept));
  const id = text(payload["event_id"]);
  const type = text(payload["type"]);
  if (id === null || type === null) throw new Malformed("The event has no `event_id` or no `type`");
  return {
    id,
    type,
    words: wordsOf(type, payload),
    occurredAt: instant(payload["created_at"]),
    payload,
    ...(kept !== came && { body: kept }),
    ...(type === "webhooks.test_notification" && { trial: "sample" }),
  };
}
