import Joi from "joi";
import type { Connector } from "../core/contracts/connector.js";
import { bearerToken } from "./bearer-token.js";
import { bodyHmac } from "./body-hmac.js";
import type { ConnectorType } from "./connector-type.js";
import { newest, usable } from "./secrets.js";
import { parsedBody } from "./parsed-body.js";
import { prove } from "./signatures.js";

/**
 * Takes POSTs of automation tools in JSON or as forms. A sender proves itself by a token, by user and password, or by an HMAC as GitHub's.
 * There is one topic only, and each POST is an event of its own.
 */
export const plain: ConnectorType = {
  name: "plain",
  reads: ["json"],
  options: {
    auth: Joi.valid("token", "basic", "hmac").default("token"),
    header: Joi.string()
      .pattern(/^[\w!#$%&'*+.^`|~-]+$/, "the name of a header")
      .when("auth", { is: "basic", then: Joi.forbidden() }),
  },
  topics: [],
  connect({ secrets, options }) {
    const header = (options.header as string | undefined)?.toLowerCase();
    return {
      ...proofs[options.auth as keyof typeof proofs](secrets, header),
      receive: (request) => [{ id: "", type: "", words: [], occurredAt: null, payload: parsedBody(request) }],
    };
  },
};

type Proof = Pick<Connector, "verify" | "sign">;

const proofs: Record<"token" | "basic" | "hmac", (secrets: readonly string[], header: string | undefined) => Proof> = {
  token: (secrets, header) => (header === undefined ? bearer(secrets) : token(secrets, header)),
  basic,
  hmac: (secrets, header = "x-hub-signature-256") => bodyHmac({ header, prefix: "sha256=", encoding: "hex" }, secrets),
};

function bearer(secrets: readonly string[]): Proof {
  return {
    verify: ({ headers }) => prove({ given: [bearerToken(headers)], expected: usable(secrets) }),
    sign: () => ({ authorization: `Bearer ${newest(secrets)}` }),
  };
}

function token(secrets: readonly string[], header: string): Proof {
  return {
    verify: ({ headers }) => prove({ given: [headers[header] ?? ""], expected: usable(secrets) }),
    sign: () => ({ [header]: newest(secrets) }),
  };
}

function basic(secrets: readonly string[]): Proof {
  const encoded = (secret: string) => Buffer.from(secret).toString("base64");
  return {
    verify({ headers }) {
      const [, given = ""] = /^Basic +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
      prove({ given: [given], expected: usable(secrets).map(encoded) });
    },
    sign: () => ({ authorization: `Basic ${encoded(newest(secrets))}` }),
  };
}
