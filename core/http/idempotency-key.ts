import { hash } from "node:crypto";
import { invalid } from "../contracts/errors.js";
import type { Json } from "../contracts/model.js";
import { canonicalJson } from "./canonical-json.js";

const BARE = /^[\x21\x23-\x7e][\x21-\x7e]*$/;
const QUOTED = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;
const LONGEST = 255;

/** The key of an `Idempotency-Key` header, quoted (RFC 8941) or bare; `undefined` without one. Anything else is a 400. */
export function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = String(header);
  const key = QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, "$1") ?? BARE.exec(text)?.[0];
  if (key === undefined || key.length > LONGEST) {
    throw invalid([
      { path: "headers.Idempotency-Key", message: "must be 1 to 255 visible ASCII characters, quoted or bare" },
    ]);
  }
  return key;
}

/** What a call is told apart by under one key: the lower-case hex SHA-256 of its verb, resolved path and body. */
export function fingerprint(method: string, path: string, body: Json): string {
  return hash("sha256", `${method}\n${path}\n${canonicalJson(body)}`, "hex");
}
