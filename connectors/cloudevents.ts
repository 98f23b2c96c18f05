import type { Connector, InboundEvent, WebhookAnswer, WebhookRequest } from "../core/contracts/connector.js";
import { Malformed } from "../core/contracts/errors.js";
import type { Json, JsonObject } from "../core/contracts/model.js";
import { bearerToken } from "./bearer-token.js";
import type { ConnectorType } from "./connector-type.js";
import { at, text } from "./field.js";
import { parseJson, utf8 } from "./json.js";
import { newest, usable } from "./secrets.js";
import { prove } from "./signatures.js";
import { instant } from "./times.js";

/**
 * Speaks CloudEvents 1.0 over HTTP, structured, binary and in batches. https://github.com/cloudevents/spec
 * Nothing is signed: a sender proves itself by `Authorization: Bearer` or `?access_token=`. Whatever came, the payload is the event in its
 * structured form with what it carries under `data`; only bytes that are no text stay in `data_base64`.
 */
export const cloudevents: ConnectorType = {
  name: "cloudevents",
  reads: ["json"],
  options: {},
  topics: null,
  connect: ({ secrets }) => ({
    verify: ({ headers, url }) =>
      prove({
        given: [bearerToken(headers), url.searchParams.get("access_token") ?? ""].filter((token) => token !== ""),
        expected: usable(secrets),
      }),
    sign: (_body, headers) => ({
      authorization: `Bearer ${newest(secrets)}`,
      ...(isBare(headers) && { "content-type": "application/cloudevents+json" }),
    }),
    methods: ["OPTIONS"],
    handshake,
    receive,
  }),
};

function isBare(headers: Readonly<Record<string, string>>): boolean {
  return headers["content-type"] === undefined && headers["ce-id"] === undefined;
}

/** The sender asks whether it may send here, and how often a minute: it may, as often as it wants. */
function handshake({ method, headers }: WebhookRequest): WebhookAnswer | undefined {
  const asking = headers["webhook-request-origin"];
  if (method !== "OPTIONS" || !asking) return undefined;
  const rate = headers["webhook-request-rate"];
  return {
    status: 200,
    headers: {
      "webhook-allowed-origin": asking,
      ...(rate !== undefined && { "webhook-allowed-rate": /^[1-9]\d*$/.test(rate) ? rate : "*" }),
    },
  };
}

const receive: Connector["receive"] = ({ headers, body }) => {
  const contentType = (headers["content-type"] ?? "").trim().toLowerCase();
  if (!contentType.startsWith("application/cloudevents")) return [eventOf(fromHeaders(headers, contentType, body))];
  if (/^application\/cloudevents(?:-batch)?\+(?!json\b)/.test(contentType)) {
    throw new Malformed(`The body is ${contentType}: only the JSON format of CloudEvents is read`);
  }
  const parsed = parseJson(utf8(body));
  // One event out of a batch is kept by itself, under the headers of the batch.
  if (!contentType.startsWith("application/cloudevents-batch") || !Array.isArray(parsed)) {
    return [eventOf(structured(parsed))];
  }
  return parsed.map((one) => ({ ...eventOf(structured(one)), body: JSON.stringify(one) }));
};

function eventOf(payload: JsonObject): InboundEvent {
  const required = (name: string) => {
    const value = payload[name];
    if (typeof value !== "string" || value === "") throw new Malformed(`The event has no ${name}`);
    return value;
  };
  if (!required("specversion").startsWith("1.")) throw new Malformed("The event is not of CloudEvents 1");
  return {
    // A source is a URI, in which no blank stands.
    id: `${required("source")} ${required("id")}`,
    type: required("type"),
    words: [],
    occurredAt: instant(payload.time),
    payload,
  };
}

function structured(event: Json): JsonObject {
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw new Malformed("The event is no JSON object");
  }
  const { data_base64: encoded, ...attributes } = event;
  if (typeof encoded !== "string") return event;
  const contentType = text(at(event, "datacontenttype")) ?? "application/json";
  return { ...attributes, ...dataOf(Buffer.from(encoded, "base64"), contentType.toLowerCase()) };
}

/** Binary mode: the attributes are headers, the body is the bare data. */
function fromHeaders(headers: Readonly<Record<string, string>>, contentType: string, body: Uint8Array): JsonObject {
  const attributes: JsonObject = {};
  for (const [name, value] of Object.entries(headers)) {
    const attribute = /^ce-([a-z0-9]+)$/.exec(name)?.[1];
    // The type of the data is in Content-Type, and nothing else of the name may stand beside it.
    if (attribute !== undefined && !/^data(contenttype)?$/.test(attribute))
      attributes[attribute] = decoded(name, value);
  }
  if (contentType !== "") attributes.datacontenttype = headers["content-type"] ?? "";
  return body.length === 0 ? attributes : { ...attributes, ...dataOf(body, contentType) };
}

/** Without its quotes and percent-decoded, once. Throws `Malformed` when what was encoded is no UTF-8. */
function decoded(name: string, value: string): string {
  const [, quoted] = /^"(.*)"$/.exec(value.trim()) ?? [];
  const plain = quoted === undefined ? value : quoted.replace(/\\(.)/g, "$1");
  try {
    return plain.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => decodeURIComponent(encoded));
  } catch (cause) {
    throw new Malformed(`The header ${name} is not encoded as UTF-8`, { cause });
  }
}

/** Without a content type data are JSON. */
function dataOf(bytes: Uint8Array, contentType: string): JsonObject {
  if (contentType === "" || /^[^;]*[/+]json\s*(?:;|$)/.test(contentType)) return { data: parseJson(utf8(bytes)) };
  try {
    return { data: utf8(bytes) };
  } catch {
    return { data_base64: Buffer.from(bytes).toString("base64") };
  }
}
