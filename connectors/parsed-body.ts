import type { WebhookRequest } from "../core/contracts/connector.js";
import type { Json, JsonObject } from "../core/contracts/model.js";
import { parseJson, utf8 } from "./json.js";

/** A body in JSON, or a form by its content type. Throws `Malformed` when it is neither. */
export function parsedBody(request: Pick<WebhookRequest, "headers" | "body">): Json {
  return isForm(request) ? formOf(request.body) : parseJson(utf8(request.body));
}

/** Whether the request says that its body is a form. */
export function isForm({ headers }: Pick<WebhookRequest, "headers">): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers["content-type"] ?? "");
}

/** The fields of an `application/x-www-form-urlencoded` body, all as text; of a field that comes twice the last. Throws `Malformed` when it is no UTF-8. */
export function formOf(body: Uint8Array): JsonObject {
  return Object.fromEntries(new URLSearchParams(utf8(body)));
}
