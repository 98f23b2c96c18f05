import { timingSafeEqual } from "node:crypto";
import { hmacSha256 } from "./hmac.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TOKEN = /^[\w-]{43}$/;
const HALF = 16;

/** The links that let a person opt out. A link names a sending, holds no address, cannot be guessed, and never expires. */
export interface UnsubscribeLinks {
  /** `https://host/u/TOKEN`. */
  link(sendingId: string): string;
  token(sendingId: string): string;
  /** The sending that a token was made for; `undefined` for every text that is not a token of this secret. */
  sendingOf(token: string): string | undefined;
}

/**
 * A token is base64url of the 16 bytes of the sending's UUID and the first 16 of their HMAC-SHA256. `publicUrl` is a function where
 * the address is learned late, as that of a free port.
 */
export function unsubscribeLinks(parts: { secret: Uint8Array; publicUrl: string | (() => string) }): UnsubscribeLinks {
  const { secret, publicUrl } = parts;
  const hmac = hmacSha256(secret);
  const seal = (id: Buffer): Buffer => hmac(id).subarray(0, HALF);
  const token = (sendingId: string): string => {
    const id = uuidBytes(sendingId);
    return Buffer.concat([id, seal(id)]).toString("base64url");
  };
  return {
    token,
    link: (sendingId) => `${base(typeof publicUrl === "string" ? publicUrl : publicUrl())}/u/${token(sendingId)}`,
    sendingOf(text) {
      if (!TOKEN.test(text)) return undefined;
      const bytes = Buffer.from(text, "base64url");
      // Base64 has spellings that decode alike: only ours counts.
      if (bytes.toString("base64url") !== text) return undefined;
      const id = bytes.subarray(0, HALF);
      return timingSafeEqual(seal(id), bytes.subarray(HALF)) ? uuid(id) : undefined;
    },
  };
}

/** As a URL it holds nothing that could end a header or the angle brackets around a link. */
function base(publicUrl: string): string {
  return new URL(publicUrl).href.replace(/\/+$/, "");
}

function uuidBytes(id: string): Buffer {
  if (!UUID.test(id)) throw new Error(`A sending's id must be a UUID in lower case, not "${id}"`);
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

function uuid(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
