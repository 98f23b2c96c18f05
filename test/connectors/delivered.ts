import { readFileSync } from "node:fs";
import type { ConnectorSettings, ConnectorType } from "../../connectors/connector-type.js";
import type { Connector, InboundEvent, WebhookRequest } from "../../core/contracts/connector.js";
import type { JsonObject } from "../../core/contracts/model.js";
import { Unauthorized } from "../../core/contracts/errors.js";

const folder = "test/fixtures/connectors";

interface Delivery {
  file: string;
  method: string;
  headers: Record<string, string>;
  secret?: string;
  clock?: number;
  notification_url?: string;
}
export interface Vector {
  scheme: string;
  name?: string;
  secret: string;
  headers: Record<string, string>;
  body: string;
  now?: number;
  notification_url?: string;
  valid: boolean;
}

const { deliveries } = json("_deliveries.json") as { deliveries: Delivery[] };

/** The recorded file, read. */
export function json(file: string): unknown {
  return JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
}

/** The signature vectors of a scheme. */
export function vectors(scheme: string): Vector[] {
  return (json("_signature-vectors.json") as { vectors: Vector[] }).vectors.filter((one) => one.scheme === scheme);
}

/** A recorded delivery as the front door hands it on, and the secret it is signed with. */
export function recorded(file: string): { request: WebhookRequest; secret: string } {
  const delivery = deliveries.find((one) => one.file === file);
  if (!delivery) throw new Error(`There is no recorded delivery ${file}`);
  const form = delivery.headers["content-type"] === "application/x-www-form-urlencoded";
  const bytes = readFileSync(`${folder}/${file}`);
  return {
    request: request({
      method: delivery.method,
      headers: delivery.headers,
      body: form ? (JSON.parse(bytes.toString()) as { raw_body: string }).raw_body : bytes,
      receivedAt: (delivery.clock ?? 1_791_104_127) * 1000,
    }),
    secret: delivery.secret ?? "",
  };
}

type Parts = Partial<Omit<WebhookRequest, "body">> & { body?: string | Uint8Array | JsonObject };

/** A request with header names in lower case; a body that is no text is written as JSON. */
export function request({ headers = {}, body = "", ...rest }: Parts): WebhookRequest {
  const raw = typeof body === "string" || body instanceof Uint8Array;
  return {
    method: "POST",
    url: new URL("https://furrow.example.com/webhooks/shop"),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: raw ? Buffer.from(body) : Buffer.from(JSON.stringify(body)),
    receivedAt: 1_791_104_127_000,
    ...rest,
  };
}

/** The recorded delivery with other fields in its body, as the platform would have sent it. */
export function altered(file: string, fields: JsonObject, headers: Record<string, string> = {}): WebhookRequest {
  const { request: came } = recorded(file);
  const body = Buffer.from(JSON.stringify({ ...(json(file) as JsonObject), ...fields }));
  return { ...came, headers: { ...came.headers, ...headers }, body };
}

export function connected(type: ConnectorType, settings: Partial<ConnectorSettings> = {}): Connector {
  return type.connect({ secrets: ["s"], url: "https://furrow.example.com/webhooks/shop", options: {}, ...settings });
}

/** The one event of a request. */
export function only(connector: Connector, received: WebhookRequest): InboundEvent {
  const events = connector.receive(received);
  if (events.length !== 1 || !events[0]) throw new Error(`${events.length} events were read, not one`);
  return events[0];
}

/** Why a request is refused; `undefined` when it is let in. */
export function refusal(connector: Connector, given: WebhookRequest): Unauthorized["reason"] | undefined {
  try {
    connector.verify(given);
    return undefined;
  } catch (error) {
    if (error instanceof Unauthorized) return error.reason;
    throw error;
  }
}
