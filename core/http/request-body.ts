import type { Request } from "@hapi/hapi";
import type { Json } from "../contracts/model.js";
import { HttpRefusal } from "./http-refusal.js";
import { parseJson } from "./json-body.js";
import { body, checked } from "./schemas.js";

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^;" \t]*)/i;

const nothing = body({});

/** The JSON body of a request to a raw route; `undefined` when it has none, whatever its headers say. */
export function jsonBody({ app, raw }: Request): Json | undefined {
  const { headers } = raw.req;
  const bytes = app.body;
  if (!bytes || bytes.length === 0) return undefined;
  const type = headers["content-type"] ?? "";
  const charset = CHARSET.exec(type)?.[1];
  if (!JSON_TYPE.test(type) || (charset !== undefined && charset.toLowerCase() !== "utf-8")) {
    throw unsupported("Send the body as Content-Type: application/json, in UTF-8");
  }
  if ((headers["content-encoding"] ?? "identity") !== "identity")
    throw unsupported("Send the body without a Content-Encoding");
  return parseJson(bytes);
}

/** For routes whose path says it all: a body may be missing or `{}`; anything in it is refused. */
export function noBody(request: Request): void {
  const given = jsonBody(request);
  if (given !== undefined) checked(nothing, given, "body");
}

function unsupported(message: string): HttpRefusal {
  return new HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", message);
}
