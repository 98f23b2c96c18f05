import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { connectorSuite, pluginSuite, requestOf, sourceHome } from "furrow/testing";
import { connector } from "./connector.js";
import plugin from "./index.js";

const recorded = JSON.parse(readFileSync(new URL("./recorded/order-paid.json", import.meta.url), "utf8"));

/** @type {import("furrow/testing").RecordedDelivery} */
const delivery = {
  name: "order-paid",
  headers: recorded.headers,
  body: Buffer.from(recorded.body),
  secret: "recorded-secret",
  otherSecret: "another-secret",
  signedAt: Date.UTC(2026, 2, 1, 9),
  expect: [{ type: "order.paid" }],
};
const home = sourceHome({ sequences: ["welcome"] });
const given = { secrets: ["recorded-secret"], event: "order.paid", execute: "welcome" };
const options = { ...given, maxAge: 259_200_000 };
const events = connector(given.secrets).receive(requestOf(delivery));

connectorSuite(test, connector, { header: "x-acme-signature", digest: "hex" }, [delivery]);

pluginSuite(test, async () => ({
  subject: {
    plugin,
    home,
    options: given,
    events: events.flatMap((event) => [event, { ...event, type: "order.opened" }]),
  },
  close: async () => {},
}));

test("a paid order starts the sequence, with the person and the order", () => {
  const [event = assert.fail("nothing was read")] = events;
  const { commands, reason } = plugin.translate(event, options, home);
  assert.equal(reason, null);
  assert.deepEqual(commands, [
    {
      do: "execute",
      rule: "order.paid",
      sequence: "welcome",
      contact: { email: "ada@example.com", firstName: "Ada" },
      context: { order: "1001" },
      entity: "order:1001",
      location: null,
      employee: null,
      startAt: null,
      consent: null,
    },
  ]);
});

test("an order of nobody starts nothing, and one without an id cannot be mapped", () => {
  const [event = assert.fail("nothing was read")] = events;
  const about = (/** @type {import("furrow").Json} */ payload) =>
    plugin.translate({ ...event, payload }, options, home);
  assert.equal(about({ order: { id: "1001" } }).reason, "no_email");
  assert.throws(() => about({ person: { email: "ada@example.com" } }), { name: "MappingFailed" });
});

test("a body without an id or a type is malformed", () => {
  for (const body of ['{"type":"order.paid"}', '{"id":"evt_1"}', "[]", "{"]) {
    const request = requestOf({ ...delivery, body: Buffer.from(body) });
    assert.throws(() => connector(given.secrets).receive(request), { name: "Malformed" }, body);
  }
});

test("a sequence that does not exist is a problem of its option", () => {
  const problems = plugin.check?.({ ...options, execute: "goodbye" }, home);
  assert.deepEqual(
    problems?.map(({ path }) => path),
    [["execute"]],
  );
});
