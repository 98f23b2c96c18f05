import { test } from "tap";
import { cloudevents } from "../../connectors/cloudevents.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { bodyOf, connected, fixture, only, post, recordings } from "./recordings.js";

const connector = connected(cloudevents, ["tok/en"]);
const [binary, structured] = ["binary", "structured"].map((mode) =>
  recordings.find(({ file }) => file === `cloudevents-${mode}.json`)!,
);
const attributes = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/orders", "ce-type": "paid" };
const asEvent = { "content-type": "application/cloudevents+json" };
const event = { specversion: "1.0", id: "1", source: "/orders", type: "paid" };

const receive = (body: unknown, headers: Record<string, string>) => only(connector.receive(post(body, headers)));

test("a structured event is the payload", async (t) => {
  const payload = fixture(structured!.file);
  t.same(receive(bodyOf(structured!), { "content-type": structured!.headers["content-type"]! }), {
    id: "https://booking.example.com/tenants/7 0f3e9a1c-0001",
    type: "com.example.appointment.ended",
    words: [],
    occurredAt: Date.parse("2026-10-05T13:45:00Z"),
    payload,
  });
});

test("a binary event is read as if it were structured", async (t) => {
  const read = receive(bodyOf(binary!), binary!.headers);
  t.equal(read.id, "https://booking.example.com/tenants/7 0f3e9a1c-0001");
  t.same(read.payload, {
    specversion: "1.0",
    id: "0f3e9a1c-0001",
    source: "https://booking.example.com/tenants/7",
    type: "com.example.appointment.ended",
    time: "2026-10-05T13:45:00Z",
    subject: "Euro € 😀",
    datacontenttype: "application/json",
    data: { email: "sam.whitcombe@example.co.uk", first_name: "Sam" },
  });
});

test("data are JSON, text, or bytes", async (t) => {
  const data = (body: unknown, type: string) => receive(body, { ...attributes, "content-type": type }).payload;
  t.match(data("[1]", "application/problem+json; charset=utf-8"), { data: [1] });
  t.match(data("plain ü", "text/plain"), { data: "plain ü" });
  t.match(data(Buffer.from([0xff, 0]), "image/png"), { data_base64: "/wA=" });
  t.notOk("data" in (data("", "application/json") as object), "an event may carry nothing");
  t.throws(() => data("{", "application/json"), Malformed);
  const inside = (more: object) => receive({ ...event, ...more }, asEvent).payload;
  const encoded = Buffer.from('{"a":1}').toString("base64");
  t.match(inside({ data_base64: encoded, datacontenttype: "application/json" }), { data: { a: 1 } });
  t.match(inside({ data_base64: encoded }), { data: { a: 1 } });
  t.match(inside({ data_base64: "/wA=", datacontenttype: "image/png" }), { data_base64: "/wA=" });
  t.match(inside({ data_base64: "aGk=", datacontenttype: "text/plain" }), { data: "hi" });
});

test("headers are unquoted and decoded once", async (t) => {
  const subject = (value: string) =>
    (receive("{}", { ...attributes, "ce-subject": value }).payload as { subject: string }).subject;
  t.equal(subject('"a \\"b\\" %C3%BC"'), 'a "b" ü');
  t.equal(subject("%2541"), "%41");
  t.equal(subject("100% sure"), "100% sure");
  for (const overlong of ["%C0%A0", "%ED%A0%80", "%FF"])
    t.throws(() => subject(overlong), /ce-subject is not encoded as UTF-8/);
  const odd = receive("{}", { ...attributes, "ce-datacontenttype": "text/evil", "ce-data": "x", "ce-tenant": "7" });
  t.match(odd.payload, { datacontenttype: "application/json", tenant: "7", data: {} });
});

test("a batch is an event each, kept by itself", async (t) => {
  const headers = { "content-type": "application/cloudevents-batch+json" };
  const others = [event, { ...event, id: "2", data: { big: "12345678901234567890" } }];
  const events = connector.receive(post(others, headers));
  t.same(
    events.map(({ id, payload }) => ({ id, payload })),
    others.map((one) => ({ id: `/orders ${one.id}`, payload: one })),
  );
  for (const { body, ...told } of events) t.same(connector.receive(post(body, headers)), [told], "from what is kept");
  t.same(connector.receive(post([], headers)), []);
  t.throws(() => connector.receive(post([event, { ...event, id: "" }], headers)), /no id/);
  t.throws(() => connector.receive(post([event, 7], headers)), /no JSON object/);
});

test("what is no event of CloudEvents 1 is refused", async (t) => {
  for (const name of ["ce-id", "ce-source", "ce-type", "ce-specversion"] as const) {
    const { [name]: _, ...others } = attributes;
    t.throws(() => receive("{}", others), new Malformed(`The event has no ${name.slice(3)}`));
  }
  t.throws(() => receive({ ...event, specversion: "0.3" }, asEvent), /not of CloudEvents 1/);
  t.throws(() => receive([event], asEvent), /no JSON object/);
  t.throws(() => receive("x", { "content-type": "application/cloudevents+avro" }), /only the JSON format/);
  t.throws(() => receive("x", { "content-type": "application/cloudevents-batch+protobuf" }), /only the JSON format/);
});

test("a token comes in the header or in the query", async (t) => {
  const verify =
    (query: string, headers: Record<string, string> = {}) =>
    () =>
      connector.verify({ ...post("{}", headers), url: new URL(`https://furrow.example/webhooks/source${query}`) });
  t.doesNotThrow(verify("?access_token=tok%2Fen"));
  t.doesNotThrow(verify("", { authorization: "Bearer tok/en" }));
  t.doesNotThrow(verify("?access_token=old", { authorization: "Bearer tok/en" }));
  t.throws(verify("?access_token=tok"), new Unauthorized("bad_signature"));
  t.throws(verify("?access_token="), new Unauthorized("missing_signature"));
  t.throws(verify(""), new Unauthorized("missing_signature"));
  const open = connected(cloudevents, [""]);
  t.throws(() => open.verify(post("{}", { authorization: "Bearer x" })), new Unauthorized("bad_signature"));
  t.throws(() => open.sign(Buffer.from("{}"), {}, 0), /no secret to sign with/);
});

test("a sender that asks may send", async (t) => {
  const { request } = fixture("cloudevents-webhook-validation.json");
  const lower = Object.fromEntries(
    Object.entries<string>(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const ask = (headers: Record<string, string>) => connector.handshake?.({ ...post("", headers), method: "OPTIONS" });
  t.same(connector.methods, ["OPTIONS"]);
  t.same(ask(lower), {
    status: 200,
    headers: { "webhook-allowed-origin": "booking.example.com", "webhook-allowed-rate": "120" },
  });
  t.same(ask({ "webhook-request-origin": "a.example" }), {
    status: 200,
    headers: { "webhook-allowed-origin": "a.example" },
  });
  t.match(ask({ ...lower, "webhook-request-rate": "*" }), { headers: { "webhook-allowed-rate": "*" } });
  t.equal(ask({}), undefined, "other OPTIONS are not ours");
});

test("a bare body is sent as a structured event", async (t) => {
  const body = Buffer.from(JSON.stringify(event));
  const signed = connector.sign(body, {}, 0);
  t.same(signed, { authorization: "Bearer tok/en", ...asEvent });
  t.same(connector.sign(body, attributes, 0), { authorization: "Bearer tok/en" });
  t.equal(receive(body, signed).type, "paid");
});
