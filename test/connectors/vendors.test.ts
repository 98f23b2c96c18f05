import { sign as githubSign, verify as githubVerify } from "@octokit/webhooks-methods";
import { WebhooksHelper } from "square";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { test } from "tap";
import { connectorTypes } from "../../connectors/connectors.js";
import type { Connector } from "../../core/contracts/connector.js";
import { connected, post } from "./recordings.js";

/** What a careless signer would trip over. */
const bodies = [
  "{}",
  '{"a":"ünï 🐇"}',
  '{"id":820982911946154508, "b" : "<>&\\u2028"}',
  "[1,\n2]",
  '{"plain":"text"}\n',
];

/** The vendors' verifiers read the system's clock. */
const now = Date.now();

function speaker(name: string, secrets: readonly string[], options?: unknown): Connector {
  return connected(connectorTypes.get(name)!, secrets, options);
}

test("standardwebhooks and we let in what the other signs", async (t) => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const vendor = new Webhook(secret);
  const ours = speaker("standard-webhooks", [secret]);
  for (const body of bodies) {
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(now / 1000)),
      "webhook-signature": vendor.sign("msg_1", new Date(now), body),
    };
    t.doesNotThrow(() => ours.verify(post(body, headers, now)));
    t.doesNotThrow(() => vendor.verify(body, ours.sign(Buffer.from(body), {}, now)));
    t.throws(() => vendor.verify(`${body} `, ours.sign(Buffer.from(body), {}, now)));
  }
});

test("standardwebhooks knows BigCommerce's secret as base64 of it", async (t) => {
  const vendor = new Webhook(Buffer.from("bc_client_secret").toString("base64"));
  const ours = speaker("bigcommerce", ["bc_client_secret"], { api: { storeHash: "abc", accessToken: "token" } });
  for (const body of bodies) {
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(now / 1000)),
      "webhook-signature": vendor.sign("msg_1", new Date(now), body),
    };
    t.doesNotThrow(() => ours.verify(post(body, headers, now)));
    t.doesNotThrow(() => vendor.verify(body, ours.sign(Buffer.from(body), {}, now)));
  }
});

test("stripe and we let in what the other signs", async (t) => {
  const secret = "whsec_test_secret";
  const ours = speaker("stripe-checkout", [secret]);
  const { webhooks } = new Stripe("sk_test_nobody");
  for (const payload of bodies) {
    const header = webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(now / 1000) });
    t.doesNotThrow(() => ours.verify(post(payload, { "stripe-signature": header }, now)));
    const signed = ours.sign(Buffer.from(payload), {}, now)["stripe-signature"] ?? "";
    t.doesNotThrow(() => webhooks.constructEvent(payload, signed, secret));
    t.throws(() => webhooks.constructEvent(`${payload} `, signed, secret));
  }
});

test("square lets in what we sign, and we what it lets in", async (t) => {
  const [signatureKey, notificationUrl] = ["signature-key", "https://hooks.example.com/in/square"];
  const ours = speaker("square", [signatureKey], { notificationUrl });
  for (const requestBody of bodies) {
    const headers = ours.sign(Buffer.from(requestBody), {}, now);
    const signatureHeader = headers["x-square-hmacsha256-signature"] ?? "";
    t.ok(await WebhooksHelper.verifySignature({ requestBody, signatureHeader, signatureKey, notificationUrl }));
    t.doesNotThrow(() => ours.verify(post(requestBody, headers, now)));
    const other = { requestBody, signatureHeader, signatureKey, notificationUrl: `${notificationUrl}/` };
    t.notOk(await WebhooksHelper.verifySignature(other));
  }
});

test("@octokit/webhooks-methods and we let in what the other signs", async (t) => {
  const secret = "It's a Secret to Everybody";
  const header = "x-hub-signature-256";
  for (const ours of [speaker("github-style", [secret]), speaker("plain", [secret], { auth: "hmac" })]) {
    for (const body of bodies) {
      const signature = await githubSign(secret, body);
      t.doesNotThrow(() => ours.verify(post(body, { [header]: signature }, now)));
      const own = ours.sign(Buffer.from(body), {}, now)[header] ?? "";
      t.ok(await githubVerify(secret, body, own));
      t.notOk(await githubVerify(secret, `${body} `, own));
    }
  }
});
