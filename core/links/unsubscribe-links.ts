import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

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
 * A token is base64url of the 16 bytes of the sending's UUID and the first 16 of their HMAC-SHA256. `publicUrl` is asked at
 * every link: the address of a free port is learned late.
 */
export function unsubscribeLinks(parts: { secret: Uint8Array; publicUrl: () => string }): UnsubscribeLinks {
  const { secret, publicUrl } = parts;
  // A key object is made ready once; a bare key at every use, at four times the cost.
  const key = createSecretKey(secret);
  const seal = (id: Buffer): Buffer => createHmac("sha256", key).update(id).digest().subarray(0, HALF);
  const token = (sendingId: string): string => {
    const id = uuidBytes(sendingId);
    return Buffer.concat([id, seal(id)]).toString("base64url");
  };
  return {
    token,
    link: (sendingId) => `${base(publicUrl())}/u/${token(sendingId)}`,
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
