import type { InboundEvent, WebhookRequest } from "../core/contracts/connector.js";
import type { Json } from "../core/contracts/model.js";
import { bodyHmac } from "./body-hmac.js";
import type { ConnectorType } from "./connector-type.js";
import { at } from "./field.js";
import { parseJson } from "./json.js";
import { isForm, parsedBody } from "./parsed-body.js";

/**
 * Speaks webhooks that are signed as GitHub's are: hexadecimal HMAC-SHA256 over the body behind `sha256=`. The older SHA-1 header proves
 * nothing here. https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const githubStyle: ConnectorType = {
  name: "github-style",
  reads: ["json"],
  options: {},
  topics: null,
  connect: ({ secrets }) => ({
    ...bodyHmac({ header: "x-hub-signature-256", prefix: "sha256=", encoding: "hex" }, secrets),
    receive: (request) => [eventOf(request)],
  }),
};

function eventOf(request: WebhookRequest): InboundEvent {
  const type = request.headers["x-github-event"] ?? "";
  return {
    // Kept by redeliveries.
    id: request.headers["x-github-delivery"] ?? "",
    type,
    words: [],
    occurredAt: null,
    payload: payloadOf(request),
    ...(type === "ping" && { trial: "sample" as const }),
  };
}

/** GitHub's forms have one field with the JSON in it. */
function payloadOf(request: WebhookRequest): Json {
  const body = parsedBody(request);
  const field = isForm(request) ? at(body, "payload") : undefined;
  return typeof field === "string" ? parseJson(field) : body;
}
