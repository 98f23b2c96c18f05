import { createHash } from "node:crypto";
import type { Connector, InboundEvent } from "../core/contracts/connector.js";
import { Unauthorized } from "../core/contracts/errors.js";
import type { ConnectorType } from "./connector-type.js";
import { at, text } from "./field.js";
import { parseJson, utf8 } from "./json.js";
import { newest } from "./secrets.js";
import { fresh, hmac, prove } from "./signatures.js";
import { instant } from "./times.js";

/** Seconds to either side. */
const tolerance = 300;

/**
 * Speaks Standard Webhooks 1.0 and Svix, which differ in the names of three headers. https://www.standardwebhooks.com
 * A secret is base64, with or without `whsec_`: `connect` throws when one is not. Of the listed signatures `v1` ones count.
 */
export const standardWebhooks: ConnectorType = {
  name: "standard-webhooks",
  reads: ["json"],
  options: {},
  topics: null,
  connect: ({ secrets }) => ({ ...signature(secrets.map(keyOf)), receive }),
};

function keyOf(secret: string): Buffer {
  const text = secret.replace(/^whsec_/, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new Error(
      "A secret of standard-webhooks is not base64, with or without whsec_ before it: copy it again from the sender",
    );
  }
  return Buffer.from(text, "base64");
}

function signature(keys: readonly Buffer[]): Pick<Connector, "verify" | "sign"> {
  return {
    verify({ headers, body, receivedAt }) {
      const { id, timestamp, signatures } = sentHeaders(headers);
      if (id === "" || timestamp === "" || signatures === "") throw new Unauthorized("missing_signature");
      // A dot in either would let one text be signed as another; a header that came twice is joined by a comma and a blank.
      if (id.includes(".") || !/^\d+$/.test(timestamp) || signatures.includes(", ")) {
        throw new Unauthorized("bad_signature");
      }
      prove({
        given: signatures.split(" "),
        expected: keys.map((key) => `v1,${hmac(key, "base64", `${id}.${timestamp}.`, body)}`),
      });
      fresh(Number(timestamp), receivedAt, tolerance, "both");
    },
    sign(body, headers, now) {
      const { family, id } = sentHeaders(headers);
      const timestamp = String(Math.floor(now / 1000));
      const name =
        id !== "" ? id : `msg_${createHash("sha256").update(timestamp).update(body).digest("hex").slice(0, 27)}`;
      const [key] = keys;
      const digest = hmac(key ?? newest([]), "base64", `${name}.${timestamp}.`, body);
      return {
        [`${family}-id`]: name,
        [`${family}-timestamp`]: timestamp,
        [`${family}-signature`]: `v1,${digest}`,
      };
    },
  };
}

/** All three of one family: `webhook-` unless only Svix's id is there. */
function sentHeaders(headers: Readonly<Record<string, string>>) {
  const family = headers["webhook-id"] === undefined && headers["svix-id"] !== undefined ? "svix" : "webhook";
  const named = (name: string) => headers[`${family}-${name}`] ?? "";
  return { family, id: named("id"), timestamp: named("timestamp"), signatures: named("signature") };
}

function receive({ headers, body }: { headers: Readonly<Record<string, string>>; body: Uint8Array }): InboundEvent[] {
  const payload = parseJson(utf8(body));
  return [
    {
      id: sentHeaders(headers).id,
      type: text(at(payload, "type")) ?? "",
      words: [],
      // The header's time is that of the attempt.
      occurredAt: instant(at(payload, "timestamp")),
      payload,
    },
  ];
}
