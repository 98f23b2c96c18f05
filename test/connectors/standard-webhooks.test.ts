import { test } from "tap";
import { standardWebhooks } from "../../connectors/standard-webhooks.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { connected, fixture, only, post } from "./recordings.js";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const connector = connected(standardWebhooks, [secret]);
const body = '{"test": 2432232314}';
const at = 1_614_265_330;
const published = {
  "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "webhook-timestamp": String(at),
  "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

const verify =
  (headers: object, now = at * 1000) =>
  () =>
    connector.verify(post(body, { ...published, ...headers }, now));
const bad = new Unauthorized("bad_signature");
const missing = new Unauthorized("missing_signature");

test("one v1 signature in the list is enough", async (t) => {
  const right = published["webhook-signature"];
  const wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
  t.doesNotThrow(verify({ "webhook-signature": `${wrong} v2,${right.slice(3)} ${right} ${wrong}` }));
  for (const list of [
    wrong,
    right.replace("v1", "v1a"),
    right.replace("v1,", ""),
    right.slice(0, -1),
    "v1,",
    "v1",
    `${right}, ${right}`,
  ]) {
    t.throws(verify({ "webhook-signature": list }), bad, list);
  }
});

test("all three headers are needed, of one family", async (t) => {
  for (const name of Object.keys(published)) t.throws(verify({ [name]: "" }), missing, name);
  const svix = Object.fromEntries(
    Object.entries(published).map(([name, value]) => [name.replace("webhook", "svix"), value]),
  );
  t.doesNotThrow(() => connector.verify(post(body, svix, at * 1000)));
  const { "svix-signature": _, ...unsigned } = svix;
  t.throws(
    () => connector.verify(post(body, { ...unsigned, "webhook-signature": published["webhook-signature"] }, at * 1000)),
    missing,
  );
  t.equal(only(connector.receive(post(body, svix))).id, published["webhook-id"]);
});

test("the time is whole seconds, and near", async (t) => {
  for (const odd of ["soon", "1614265330.5", "-1614265330", "1e9", ""]) {
    t.throws(verify({ "webhook-timestamp": odd }), Unauthorized, odd);
  }
  t.throws(verify({}, (at + 301) * 1000), new Unauthorized("stale"));
  t.throws(verify({}, (at - 301) * 1000), new Unauthorized("stale"));
  t.doesNotThrow(verify({}, (at + 300) * 1000));
  t.doesNotThrow(verify({}, (at - 300) * 1000));
});

test("a dot in the id could move the border between id and time", async (t) => {
  const signed = connector.sign(Buffer.from(body), { "webhook-id": "a.b" }, at * 1000);
  t.throws(verify(signed), bad);
});

test("a secret is base64, with or without its prefix", async (t) => {
  const bare = connected(standardWebhooks, [secret.replace("whsec_", "")]);
  t.doesNotThrow(() => bare.verify(post(body, published, at * 1000)));
  for (const secrets of [[""], ["whsec_"], [secret, "not base64!"]]) {
    t.throws(() => connected(standardWebhooks, secrets), /A secret of standard-webhooks is not base64/, secrets.join());
  }
});

test("the event is the body under the message's id", async (t) => {
  const payload = fixture("standardwebhooks-order.paid.json");
  const event = only(connector.receive(post(payload, { "webhook-id": "msg_1" })));
  t.same(event, {
    id: "msg_1",
    type: "order.paid",
    words: [],
    occurredAt: Date.parse("2026-10-04T09:15:31Z"),
    payload,
  });
  const list = only(connector.receive(post("[1]", { "webhook-id": "msg_2" })));
  t.match(list, { type: "", occurredAt: null, payload: [1] });
  t.match(only(connector.receive(post('{"id":12345678901234567890}'))).payload, { id: "12345678901234567890" });
  t.throws(() => connector.receive(post("type=order.paid")), new Malformed("The body is no JSON"));
});

test("what we sign keeps the id it is given, and else has one of its own", async (t) => {
  const sign = (headers: Record<string, string>, now = at * 1000) => connector.sign(Buffer.from(body), headers, now);
  t.equal(sign({ "webhook-id": "msg_9" })["webhook-id"], "msg_9");
  t.equal(sign({ "svix-id": "msg_9" })["svix-id"], "msg_9");
  t.match(sign({})["webhook-id"], /^msg_[0-9a-f]{27}$/);
  t.not(sign({})["webhook-id"], sign({}, at * 1000 + 5000)["webhook-id"], "posted again it is another event");
  t.doesNotThrow(verify(sign({})));
  t.throws(() => connected(standardWebhooks, []).sign(Buffer.from(body), {}, 0), /no secret to sign with/);
});
