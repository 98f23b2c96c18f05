import type { Connector } from "../core/contracts/connector.js";
import { newest } from "./secrets.js";
import { hmac, hmacs, prove } from "./signatures.js";

/** A header, in lower case, that carries `prefix` and the HMAC-SHA256 of the body. */
export interface BodyHmac {
  header: string;
  prefix?: string;
  /** Hexadecimal digits count in either case. */
  encoding: "hex" | "base64";
}

/** Proves a sender by such a header and nothing else, with each secret's UTF-8 text as the key. */
export function bodyHmac(
  { header, prefix = "", encoding }: BodyHmac,
  secrets: readonly string[],
): Pick<Connector, "verify" | "sign"> {
  return {
    verify({ headers, body }) {
      const given = headers[header] ?? "";
      prove({
        given: [encoding === "hex" ? given.toLowerCase() : given],
        expected: hmacs(secrets, encoding, body).map((digest) => prefix + digest),
      });
    },
    sign: (body) => ({ [header]: prefix + hmac(newest(secrets), encoding, body) }),
  };
}
