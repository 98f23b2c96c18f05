import { Malformed } from "furrow";
import { bodyHmac, instant, jsonObject, text } from "furrow/connectors";

/**
 * Speaks the platform's webhooks: JSON, with the hexadecimal HMAC-SHA256 of the body in a header.
 *
 * @param {readonly string[]} secrets Newest first; any may match.
 * @returns {import("furrow").Connector}
 */
export function connector(secrets) {
  return {
    ...bodyHmac({ header: "x-acme-signature", encoding: "hex" }, secrets),
    receive({ body }) {
      const payload = jsonObject(body);
      const [id, type] = [text(payload.id), text(payload.type)];
      if (id === null || type === null) throw new Malformed("The body has no `id` or no `type`");
      return [{ id, type, words: [], occurredAt: instant(payload.at), payload }];
    },
  };
}
