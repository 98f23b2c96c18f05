import { test } from "tap";
import { plain } from "../../connectors/plain.js";
import { connectorSuite, type RecordedDelivery } from "../../core/contracts/suites/connector.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { bodyOf, connected, fixture, only, post, recordings } from "./recordings.js";

const recording = recordings.find(({ file }) => file === "generic-plain-post.json")!;
const bad = new Unauthorized("bad_signature");
const missing = new Unauthorized("missing_signature");

function delivery(name: string, secret: string, headers: Record<string, string>): RecordedDelivery {
  const body = bodyOf(recording);
  const signed = { ...headers, "content-type": "application/json" };
  return {
    name,
    headers: signed,
    body,
    secret,
    otherSecret: "other:secret",
    signedAt: 0,
    expect: [{ type: "", words: [] }],
  };
}

const schemes: [header: string, options: object, delivery: RecordedDelivery][] = [
  ["authorization", {}, delivery("a bearer token", "s3cr3t token", { authorization: "Bearer s3cr3t token" })],
  ["x-api-key", { header: "X-Api-Key" }, delivery("a header", "s3cr3t", { "x-api-key": "s3cr3t" })],
  [
    "authorization",
    { auth: "basic" },
    delivery("user and password", "ann:pässword", { authorization: "Basic YW5uOnDDpHNzd29yZA==" }),
  ],
];
for (const [header, options, recorded] of schemes) {
  connectorSuite(test, (secrets) => connected(plain, secrets, options), { header, digest: null }, [recorded]);
}

test("each POST is an event of one kind", async (t) => {
  const connector = connected(plain, ["s3cr3t"]);
  const payload = fixture(recording.file);
  t.same(only(connector.receive(post(bodyOf(recording)))), { id: "", type: "", words: [], occurredAt: null, payload });
  t.same(plain.topics, []);
});

test("JSON and forms are taken, and nothing else", async (t) => {
  const { receive } = connected(plain, ["s3cr3t"]);
  const payload = (body: string | Uint8Array, type?: string) =>
    only(receive(post(body, type === undefined ? {} : { "content-type": type }))).payload;
  t.same(payload("id=7&name=Ann+Lee&name=Ann", "application/x-www-form-urlencoded"), { id: "7", name: "Ann" });
  t.same(payload("__proto__=x", "Application/X-WWW-Form-Urlencoded;charset=utf-8"), JSON.parse('{"__proto__":"x"}'));
  t.same(payload('{"id":9007199254740993}', "text/plain"), { id: "9007199254740993" });
  t.same(payload("[1]"), [1]);
  t.throws(() => payload("a=1", "application/json"), new Malformed("The body is no JSON"));
  t.throws(() => payload(""), Malformed);
  t.throws(() => payload(Buffer.from([0x22, 0xff, 0x22])), new Malformed("The body is no UTF-8 text"));
});

test("a token is one only as it was agreed", async (t) => {
  const verify = (options: object, headers: Record<string, string>) => () =>
    connected(plain, ["s3cr3t", ""], options).verify(post("{}", headers));
  t.doesNotThrow(verify({}, { authorization: "bearer  s3cr3t" }));
  t.throws(verify({}, { authorization: "Basic s3cr3t" }), missing);
  t.throws(verify({}, { authorization: "Bearer " }), missing, "an empty secret is nobody's token");
  t.throws(verify({}, { authorization: "Bearer S3cr3t" }), bad);
  t.throws(verify({ header: "x-api-key" }, { authorization: "Bearer s3cr3t" }), missing);
  t.throws(verify({ header: "x-api-key" }, { "x-api-key": "" }), missing);
  t.throws(verify({ auth: "basic" }, { authorization: "Bearer s3cr3t" }), missing);
  t.throws(verify({ auth: "hmac" }, { authorization: "Bearer s3cr3t" }), missing);
});

test("an HMAC may stand in a header of another name", async (t) => {
  const connector = connected(plain, ["s3cr3t"], { auth: "hmac", header: "X-SavvyCal-Signature" });
  const signed = connector.sign(Buffer.from("{}"), {}, 0);
  t.same(Object.keys(signed), ["x-savvycal-signature"]);
  const upper = signed["x-savvycal-signature"]!.replace(/[a-f]/g, (digit) => digit.toUpperCase()).replace(
    "shA256",
    "sha256",
  );
  t.doesNotThrow(() => connector.verify(post("{}", { "x-savvycal-signature": upper })));
});

test("options that contradict each other are refused", async (t) => {
  const connect = (options: object) => () => connected(plain, ["s3cr3t"], options);
  t.throws(connect({ auth: "basic", header: "x-api-key" }), /header/);
  t.throws(connect({ auth: "none" }), /auth/);
  t.throws(connect({ header: "x api key" }), /the name of a header/);
});

test("without a secret nothing is signed", async (t) => {
  for (const options of [{}, { header: "x-api-key" }, { auth: "basic" }, { auth: "hmac" }]) {
    t.throws(() => connected(plain, [""], options).sign(Buffer.from("{}"), {}, 0), /no secret to sign with/);
  }
});
