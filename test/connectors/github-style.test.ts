import { createHmac } from "node:crypto";
import { test } from "tap";
import { githubStyle } from "../../connectors/github-style.js";
import type { ProofScheme } from "../../core/contracts/suites/connector.js";
import { connectorSuite } from "../../core/contracts/suites/connector.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { connected, only, post } from "./recordings.js";

const connector = connected(githubStyle, ["mysecret"]);
const body = '{"foo":"bar"}';
const digest = "4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3";
const scheme: ProofScheme = { header: "x-hub-signature-256", digest: "hex" };

connectorSuite(test, (secrets) => connected(githubStyle, secrets), scheme, [
  {
    name: "issues",
    headers: { "X-Hub-Signature-256": `sha256=${digest}`, "X-GitHub-Event": "issues", "X-GitHub-Delivery": "72d3162e" },
    body: Buffer.from(body),
    secret: "mysecret",
    otherSecret: "another",
    signedAt: 0,
    expect: [{ type: "issues", words: [] }],
  },
]);

test("the event is what the headers call it", async (t) => {
  const headers = { "x-github-event": "issues", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
  t.same(only(connector.receive(post(body, headers))), {
    id: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    type: "issues",
    words: [],
    occurredAt: null,
    payload: { foo: "bar" },
  });
  t.match(only(connector.receive(post(body))), { id: "", type: "" });
  t.match(only(connector.receive(post('{"zen":"…"}', { "x-github-event": "ping" }))), { trial: "sample" });
});

test("forms have the JSON in one field, or are fields", async (t) => {
  const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const payload = (text: string) => only(connector.receive(post(text, form))).payload;
  t.same(payload(`payload=${encodeURIComponent(body)}`), { foo: "bar" });
  t.same(payload("a=1&b=%C3%BC+x"), { a: "1", b: "ü x" });
  t.throws(() => payload("payload=%7B"), Malformed);
  t.throws(() => connector.receive(post("Hello, World!")), Malformed);
});

test("digits in upper case are the same signature, SHA-1 is none", async (t) => {
  const verify = (headers: Record<string, string>) => () => connector.verify(post(body, headers));
  t.doesNotThrow(verify({ "x-hub-signature-256": `sha256=${digest.toUpperCase()}` }));
  const older = createHmac("sha1", "mysecret").update(body).digest("hex");
  t.throws(verify({ "x-hub-signature": `sha1=${older}` }), new Unauthorized("missing_signature"));
  t.throws(verify({ "x-hub-signature-256": digest }), new Unauthorized("bad_signature"));
});

test("an empty secret lets nobody in", async (t) => {
  const open = connected(githubStyle, [""]);
  const forged = createHmac("sha256", "").update(body).digest("hex");
  t.throws(
    () => open.verify(post(body, { "x-hub-signature-256": `sha256=${forged}` })),
    new Unauthorized("bad_signature"),
  );
  t.throws(() => open.sign(Buffer.from(body), {}, 0), /no secret to sign with/);
});
