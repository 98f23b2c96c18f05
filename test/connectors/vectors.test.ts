import { test } from "tap";
import { connectorTypes } from "../../connectors/connectors.js";
import { hmac } from "../../connectors/signatures.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { connected, fixture, only, post } from "./recordings.js";

interface Vector {
  scheme: string;
  name?: string;
  secret: string;
  notification_url?: string;
  headers?: Record<string, string>;
  signature?: string;
  body: string;
  /** Seconds since the Unix epoch. */
  now?: number;
  valid: boolean;
}

const { vectors, cloudevents_percent_encoding: percent } = fixture("_signature-vectors.json") as {
  vectors: Vector[];
  cloudevents_percent_encoding: { decoded: string; encoded: string; must_reject: string };
};

/** The connectors that speak a scheme. */
const speakers: Record<string, [connector: string, options?: unknown][]> = {
  acuity: [["acuity", { api: { userId: "1", apiKey: "key" } }]],
  bigcommerce: [["bigcommerce", { api: { storeHash: "abc", accessToken: "token" } }]],
  calcom: [["calcom"]],
  calendly: [["calendly"]],
  github: [["github-style"], ["plain", { auth: "hmac" }]],
  shopify: [["shopify"]],
  square: [["square"]],
  "standard-webhooks": [["standard-webhooks"]],
  stripe: [["stripe-checkout"]],
  svix: [["standard-webhooks"]],
  woocommerce: [["woocommerce"]],
};

for (const [index, vector] of vectors.entries()) {
  const { scheme, name = "as published or derived", secret, headers = {}, body, now, valid } = vector;
  test(`${index} ${scheme}: ${name}`, async (t) => {
    if (scheme === "hmac-sha256-hex") {
      t.equal(hmac(secret, "hex", body), vector.signature);
      return;
    }
    const lower = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
    const request = post(body, lower, (now ?? 1_791_104_127) * 1000);
    for (const [connector, options] of speakers[scheme] ?? []) {
      const own = vector.notification_url === undefined ? options : { notificationUrl: vector.notification_url };
      const { verify } = connected(connectorTypes.get(connector)!, [secret], own);
      if (valid) t.doesNotThrow(() => verify(request), connector);
      else t.throws(() => verify(request), Unauthorized, connector);
    }
    t.ok(speakers[scheme], `${scheme} has a speaker`);
  });
}

test("a CloudEvents header is percent-decoded once, and refused when what comes out is no UTF-8", async (t) => {
  const { receive } = connected(connectorTypes.get("cloudevents")!, ["token"]);
  const attributes = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t" };
  const event = only(receive(post("{}", { ...attributes, "ce-subject": percent.encoded })));
  t.match(event.payload, { subject: percent.decoded });
  t.throws(() => receive(post("{}", { ...attributes, "ce-subject": percent.must_reject })), Malformed);
});
