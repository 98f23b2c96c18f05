import { createHash } from "node:crypto";
import Joi from "joi";
import type {
  Connector,
  InboundEvent,
  PlatformAccess,
  PlatformHttp,
  WebhookRequest,
} from "../../core/contracts/connector.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { ifThere } from "../call-back.js";
import type { ConnectorType } from "../connector-type.js";
import { at, text } from "../field.js";
import { jsonObject } from "../json.js";
import { origin } from "../origin.js";
import { newest } from "../secrets.js";
import { fresh, hmac, hmacs, prove } from "../signatures.js";
import { unixSeconds } from "../times.js";
import { ends, orderId, orderOf, wordsOf } from "./order-of.js";

const TOLERANCE = 300;

interface Api {
  baseUrl?: string;
  storeHash: string;
  accessToken: string;
}

/**
 * Speaks BigCommerce's webhooks, which carry ids only: signed as Standard Webhooks with the bytes of the app's client secret as the key.
 * https://developer.bigcommerce.com/docs/integrations/webhooks
 */
export const bigcommerce: ConnectorType = {
  name: "bigcommerce",
  reads: ["order"],
  options: {
    api: Joi.object({
      baseUrl: origin,
      storeHash: Joi.string()
        .pattern(/^[a-z0-9]+$/)
        .required(),
      accessToken: Joi.string().required(),
    }).required(),
  },
  topics: [
    "store/order/created",
    "store/order/updated",
    "store/order/archived",
    "store/order/statusUpdated",
    "store/order/refund/created",
    "store/order/message/created",
    "store/order/transaction/created",
    "store/order/transaction/updated",
    "store/shipment/created",
    "store/shipment/updated",
    "store/shipment/deleted",
  ],
  connect({ secrets, options }): Connector {
    const api = options["api"] as Api | undefined;
    const ours = api ? `stores/${api.storeHash}` : null;
    return {
      verify: (request) => verify(request, secrets),
      receive: (request) => [eventOf(request, ours)],
      reading: (event) => (isOf(event, ours) ? orderOf(event) : undefined),
      sign(body, headers, now) {
        const time = String(Math.floor(now / 1000));
        const id =
          headers["webhook-id"] ?? `msg_${createHash("sha256").update(time).update(body).digest("hex").slice(0, 27)}`;
        const signature = `v1,${hmac(newest(secrets), "base64", `${id}.${time}.`, body)}`;
        return { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature };
      },
      ...(api && calling(api)),
    };
  },
};

function verify({ headers, body, receivedAt }: WebhookRequest, secrets: readonly string[]): void {
  const id = headers["webhook-id"] ?? "";
  const time = headers["webhook-timestamp"] ?? "";
  const signatures = headers["webhook-signature"] ?? "";
  if (id === "" || time === "" || signatures === "") throw new Unauthorized("missing_signature");
  // With a dot in either one text could be signed as another. A header that came twice is joined by a comma and a blank.
  if (id.includes(".") || !/^\d+$/.test(time) || signatures.includes(", ")) throw new Unauthorized("bad_signature");
  const expected = hmacs(secrets, "base64", `${id}.${time}.`, body).map((digest) => `v1,${digest}`);
  prove({ given: signatures.split(" "), expected });
  fresh(Number(time), receivedAt, TOLERANCE, "both");
}

function eventOf({ headers, body }: WebhookRequest, ours: string | null): InboundEvent {
  const payload = jsonObject(body);
  const scope = text(payload["scope"]);
  const id = text(headers["webhook-id"]);
  if (scope === null) throw new Malformed("The event has no `scope`");
  if (id === null) throw new Malformed("The header webhook-id is missing");
  const event = { id, type: scope, words: [], occurredAt: unixSeconds(payload["created_at"]), payload };
  return { ...event, words: isOf(event, ours) ? wordsOf(event) : [] };
}

/** One secret signs for all stores of an app: the order numbers of another store are other people's here. */
function isOf({ payload }: InboundEvent, ours: string | null): boolean {
  const producer = text(at(payload, "producer"));
  return producer === null || ours === null || producer === ours;
}

function calling({
  baseUrl,
  storeHash,
  accessToken,
}: Api): Required<Pick<Connector, "fetch">> & { api: PlatformAccess } {
  return {
    // The store of the configuration, which the token is for, whatever a body names.
    fetch: (event, http) => complete(event, http, `stores/${storeHash}`),
    api: {
      baseUrl: baseUrl ?? "https://api.bigcommerce.com",
      headers: { "x-auth-token": accessToken, accept: "application/json" },
      perSecond: 5,
    },
  };
}

async function complete(event: InboundEvent, http: PlatformHttp, ours: string): Promise<InboundEvent> {
  const id = orderId(event);
  if (id === null || !isOf(event, ours)) return event;
  const path = `/${ours}/v2/orders/${encodeURIComponent(id)}`;
  try {
    const fetched = { order: await http.get(path), products: await ifThere(http, `${path}/products`) };
    return { ...event, fetched, words: wordsOf({ ...event, fetched }) };
  } catch (failure) {
    // What ends a follow-up needs the order's number only, and must not wait for an API that is away.
    if (ends(event)) return event;
    throw failure;
  }
}
