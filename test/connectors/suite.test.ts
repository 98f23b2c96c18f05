import { createHmac, timingSafeEqual } from "node:crypto";
import { test } from "tap";
import { githubStyle } from "../../connectors/github-style.js";
import type { Connector } from "../../core/contracts/connector.js";
import { Unauthorized } from "../../core/contracts/errors.js";
import { connectorSuite, type RecordedDelivery } from "../../core/contracts/suites/connector.js";
import { connected } from "./recordings.js";

const header = "x-hub-signature-256";
const body = '{"foo":"bar"}';
const digest = (secret: string, bytes: Uint8Array) =>
  `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;

const delivery: RecordedDelivery = {
  name: "one",
  headers: { "X-Hub-Signature-256": digest("secret", Buffer.from(body)), "X-GitHub-Event": "issues" },
  body: Buffer.from(body),
  secret: "secret",
  otherSecret: "another",
  signedAt: 1_000_000,
  expect: [{ type: "issues", words: [] }],
};

/** The names of the suite's tests that a connector with these faults does not pass. */
async function failures(
  faults: (right: Connector, secrets: readonly string[]) => Partial<Connector>,
): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = [];
  const make = (secrets: readonly string[]) => {
    const right = connected(githubStyle, secrets);
    return { ...right, ...faults(right, secrets) };
  };
  connectorSuite((name, run) => tests.push([name, run]), make, { header, digest: "hex" }, [delivery]);
  const failed: string[] = [];
  for (const [name, run] of tests) await run().catch(() => failed.push(name.replace("one: ", "")));
  return failed;
}

const unproven = "is refused without its proof, and with less or other than it";
const changed = "is refused when its body is not the one that was signed";
const secrets = "is let in by the older of two secrets, and no more once that is removed";
const pure = "is read the same each time, and is left as it is";
const kept = "is read the same from what is kept of it";
const signing = "is let in as the connector signs it itself";

test("a right connector passes", async (t) => {
  t.same(await failures(() => ({})), []);
});

test("each fault is found", async (t) => {
  t.same(await failures(() => ({ verify: () => {} })), [unproven, changed, secrets, signing], "lets everybody in");
  const skipping = await failures((right) => ({
    verify: (request) => request.headers[header] && right.verify(request),
  }));
  t.same(skipping, [unproven], "takes what is not signed for signed");
  const throwing = await failures((_, [secret = ""]) => ({
    verify({ headers, body: bytes }) {
      const given = Buffer.from(headers[header] ?? "");
      if (given.length === 0) throw new Unauthorized("missing_signature");
      if (!timingSafeEqual(given, Buffer.from(digest(secret, bytes)))) throw new Unauthorized("bad_signature");
    },
  }));
  t.same(throwing, [unproven, secrets], "throws another error at another length, and knows one secret");
  const parsing = await failures(({ verify }) => ({
    verify: (request) =>
      verify({ ...request, body: Buffer.from(JSON.stringify(JSON.parse(new TextDecoder().decode(request.body)))) }),
  }));
  t.ok(parsing.includes(changed), "signs what it parsed");
  let count = 0;
  const counting = await failures(({ receive }) => ({
    receive: (request) => receive(request).map((event) => ({ ...event, id: String((count += 1)) })),
  }));
  t.same(counting, [pure, kept], "gives a redelivery another id");
  const relying = await failures(({ receive }) => ({
    receive: (request) => receive(request).map((event) => ({ ...event, id: request.headers[header] ?? "" })),
  }));
  t.same(relying, [kept], "reads what is not kept");
  t.same(await failures(() => ({ sign: () => ({}) })), [signing], "signs nothing");
  t.same(await failures(() => ({ handshake: () => ({ status: 200 }) })), ["is no handshake"]);
  t.same(await failures(() => ({ receive: () => [] })), ["is let in and read"]);
});

test("a scheme with a time is held to it", async (t) => {
  const tests: [string, () => Promise<void>][] = [];
  const scheme = { header, digest: "hex", tolerance: { seconds: 300, future: false } } as const;
  connectorSuite(
    (name, run) => tests.push([name, run]),
    (all) => connected(githubStyle, all),
    scheme,
    [delivery],
  );
  const [, stale] = tests.find(([name]) => name.endsWith("is refused when it is stale"))!;
  await t.rejects(stale(), /Missing expected exception/);
});
