import { createHash } from "node:crypto";
import { test } from "tap";
import { htmlText } from "../../connectors/woocommerce/html-text.js";
import { signingSecret } from "../../connectors/woocommerce/signing-secret.js";
import { woocommerce } from "../../connectors/woocommerce/woocommerce.js";
import { Gone, Malformed } from "../../core/contracts/errors.js";
import type { JsonObject } from "../../core/contracts/model.js";
import { fakePlatform } from "../fakes/platform-http.js";
import { altered, connected, json, only, recorded, refusal, request, vectors } from "./delivered.js";

const PROCESSING = "woocommerce-order.updated-processing.json";
const COMPLETED = "woocommerce-order.updated-completed.json";
const ACTION = "woocommerce-action.woocommerce_order_status_completed.json";

const api = { baseUrl: "https://tienda.example.net", consumerKey: "ck_1", consumerSecret: "cs_2" };
const connector = connected(woocommerce, { options: { api } });
const read = (file: string, fields: JsonObject = {}, headers: Record<string, string> = {}) => {
  const event = only(connector, altered(file, fields, headers));
  return { event, order: connector.reading?.(event) as unknown as JsonObject };
};
const words = (file: string, fields: JsonObject = {}, topic?: string) =>
  read(file, fields, topic === undefined ? {} : { "x-wc-webhook-topic": topic }).event.words;

test("deliveries are signed with the secret that the site decodes", async (t) => {
  for (const file of [
    PROCESSING,
    COMPLETED,
    ACTION,
    "woocommerce-order.created.json",
    "woocommerce-order.deleted.json",
  ]) {
    const { request: came, secret } = recorded(file);
    t.match(secret, '& "quotes"');
    const stored = secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    for (const secrets of [[secret], [stored], ["newer", secret]]) {
      t.equal(refusal(connected(woocommerce, { secrets }), came), undefined, file);
    }
    t.equal(refusal(connected(woocommerce, { secrets: ["newer"] }), came), "bad_signature");
    t.equal(refusal(connected(woocommerce, { secrets: [secret] }), { ...came, headers: {} }), "missing_signature");
  }
  for (const { secret, headers, body } of vectors("woocommerce")) {
    t.equal(refusal(connected(woocommerce, { secrets: [secret] }), request({ headers, body })), undefined);
  }
  const body = Buffer.from('{"id":1}');
  const headers = connected(woocommerce, { secrets: ["a&lt;b"] }).sign(body, {}, 0);
  t.equal(refusal(connected(woocommerce, { secrets: ["a<b"] }), request({ headers, body })), undefined, "trying out");
  t.throws(() => connected(woocommerce, { secrets: [""] }).sign(Buffer.from("{}"), {}, 0), /no secret to sign with/);
});

test("each entity of a secret is decoded once, and only those of the five marks", async (t) => {
  t.equal(signingSecret("&amp;&lt;&gt;&quot;&#039;&#39;&#x27;&#038;"), "&<>\"'''&");
  t.equal(signingSecret("&amp;lt; &amp;amp; &ndash; &#65; & &AMP; plain"), "&lt; &amp; &ndash; &#65; & &AMP; plain");
});

test("a ping is answered when it has exactly the shape of one", async (t) => {
  const { request: ping } = recorded("woocommerce-ping.json");
  t.same(connector.handshake?.(ping), { status: 200 });
  const form = "application/x-www-form-urlencoded; charset=UTF-8";
  t.same(connector.handshake?.({ ...ping, headers: { "content-type": form } }), { status: 200 });
  const others = {
    "another field": { body: Buffer.from("webhook_id=7&a=1") },
    "no number": { body: Buffer.from("webhook_id=x") },
    "no body": { body: Buffer.from("") },
    JSON: { headers: { "content-type": "application/json" } },
    "no type": { headers: {} },
    "a topic": { headers: { ...ping.headers, "x-wc-webhook-topic": "order.created" } },
    "another verb": { method: "PUT" },
  };
  for (const [name, parts] of Object.entries(others)) {
    t.equal(connector.handshake?.({ ...ping, ...parts }), undefined, name);
    t.equal(refusal(connector, { ...ping, ...parts }), "missing_signature", name);
  }
});

test("a state is called by our words", async (t) => {
  t.same(words(PROCESSING), ["order.paid"]);
  t.same(words(COMPLETED), ["order.paid", "order.fulfilled", "order.completed"]);
  t.same(words(PROCESSING, { date_paid_gmt: null }), [], "cash on delivery");
  t.same(words(COMPLETED, { date_paid_gmt: null }), ["order.fulfilled", "order.completed"]);
  t.same(words(PROCESSING, { status: "cancelled" }), ["order.cancelled"]);
  t.same(words(PROCESSING, { status: "trash" }), ["order.cancelled"]);
  t.same(words(PROCESSING, { status: "refunded" }), ["order.refunded"]);
  t.same(words(PROCESSING, {}, "order.restored"), ["order.paid"]);
  t.same(words("woocommerce-order.deleted.json"), ["order.cancelled"]);
  t.same(words(ACTION), [], "known once the order was fetched");
  t.same(words(PROCESSING, {}, "customer.updated"), [], "an unknown topic");
});

test("a creation is one when the order was placed", async (t) => {
  const created = (fields: JsonObject) => words(PROCESSING, fields, "order.created");
  t.same(created({}), ["order.created", "order.paid"]);
  t.same(created({ status: "on-hold", date_paid_gmt: null }), ["order.created"]);
  for (const status of ["pending", "checkout-draft", "auto-draft", "failed"]) {
    t.same(created({ status, date_paid_gmt: null }), [], status);
    t.same(words(PROCESSING, { status, date_paid_gmt: null }), [], `${status}, updated`);
  }
  t.same(words("woocommerce-order.created.json"), [], "as recorded: pending");
});

test("refunds are partial until they make up the total", async (t) => {
  const refunds = (...totals: string[]) => ({ refunds: totals.map((total, id) => ({ id, reason: "", total })) });
  t.same(words(PROCESSING, refunds("-10.00")), ["order.paid", "order.partlyRefunded"]);
  t.same(words(PROCESSING, refunds("-10.10", "-33.80")), ["order.refunded"]);
  t.same(words(COMPLETED, refunds("-43.90")), ["order.refunded"]);
  t.equal(read(PROCESSING, refunds("-10.00")).order.status, "partlyRefunded");
  t.equal(read(PROCESSING, refunds("-43.90")).order.status, "refunded");
  t.same(
    words(PROCESSING, { ...refunds("-0.00"), total: "0.00" }),
    ["order.paid", "order.partlyRefunded"],
    "nothing paid",
  );
});

test("an order is read whole, its times in UTC", async (t) => {
  t.same(read(PROCESSING).order, {
    kind: "order",
    id: "2381",
    aliases: [],
    number: "2381",
    status: "paid",
    total: 43.9,
    currency: "EUR",
    email: "tomas.okafor@example.org",
    firstName: "Tomás",
    lastName: "Okafor",
    phone: "+34600000017",
    language: null,
    locationId: null,
    staffId: null,
    consent: null,
    createdAt: Date.parse("2026-10-04T09:02:45Z"),
    updatedAt: Date.parse("2026-10-04T09:03:21Z"),
    version: Date.parse("2026-10-04T09:03:21Z"),
    items: [{ name: "Ceramic Mug – Sea Green", sku: "MUG-SG", quantity: 2 }],
    tags: [],
  });
  t.equal(read(PROCESSING).event.occurredAt, Date.parse("2026-10-04T09:03:21Z"));
});

test("what is left empty is not said", async (t) => {
  const blank = { first_name: "", last_name: "", email: "", phone: "" };
  t.match(read(PROCESSING, { billing: blank, date_modified_gmt: null, status: "shipped" }).order, {
    email: null,
    firstName: null,
    lastName: null,
    phone: null,
    status: null,
    version: null,
  });
  const items = [
    { name: null, sku: "", quantity: 1 },
    { name: "A &amp; B", sku: null },
  ];
  const meta = [{ key: "wpml_language", value: "pt_BR" }];
  t.match(read(PROCESSING, { line_items: items, meta_data: meta }).order, {
    language: "pt-BR",
    items: [
      { name: null, sku: null, quantity: 1 },
      { name: "A & B", sku: null, quantity: 1 },
    ],
  });
  t.match(read(PROCESSING, { status: "on-hold", date_paid_gmt: null }).order, { status: "open" });
  t.match(read(COMPLETED).order, { status: "completed" });
});

test("the text of HTML", async (t) => {
  t.equal(htmlText("A &ndash; B &#8211; C &#x2013; D"), "A – B – C – D");
  t.equal(htmlText("&Eacute;t&eacute; &euro;&nbsp;5 &amp;amp; &yuml;&Omega;&hellip;"), "Été €\u00a05 &amp; ÿΩ…");
  t.equal(
    htmlText("&nosuch; &constructor; &#0; &#xD800; &#99999999; & &;"),
    "&nosuch; &constructor; &#0; &#xD800; &#99999999; & &;",
  );
  t.equal(htmlText("&#128578;"), "🙂");
});

test("one delivery has one id, another state another", async (t) => {
  const { request: came } = recorded(PROCESSING);
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  t.equal(only(connector, came).id, `order.updated:2381:2026-10-04T09:03:21:${hash(came.body)}`);
  const again = { ...came, headers: { ...came.headers, "x-wc-webhook-delivery-id": "other" } };
  t.equal(only(connector, again).id, only(connector, came).id, "the delivery id is of a second, not of an event");
  t.not(read(PROCESSING, { status: "completed" }).event.id, only(connector, came).id);
  const { request: action } = recorded(ACTION);
  t.equal(
    only(connector, action).id,
    `action.woocommerce_order_status_completed:2381:4988a619c1576c7a76ad5b98700815f0:${hash(action.body)}`,
  );
  const later = { ...action, headers: { ...action.headers, "x-wc-webhook-delivery-id": "later" } };
  t.not(only(connector, later).id, only(connector, action).id, "completed once more");
});

test("a topic on a body of another kind is refused", async (t) => {
  const topics: [string, string][] = [
    [PROCESSING, "order.deleted"],
    ["woocommerce-order.deleted.json", "order.updated"],
    [ACTION, "order.deleted"],
    [ACTION, "order.created"],
    [ACTION, "action.woocommerce_order_status_cancelled"],
    [PROCESSING, "action.woocommerce_order_status_completed"],
  ];
  for (const [file, topic] of topics) t.throws(() => words(file, {}, topic), Malformed, `${file} as ${topic}`);
  const { request: came } = recorded(PROCESSING);
  t.throws(() => connector.receive({ ...came, headers: {} }), /X-WC-Webhook-Topic is missing/);
  t.throws(() => connector.receive({ ...came, body: Buffer.from("webhook_id=7") }), Malformed);
});

test("a deleted order is cancelled, and nobody is asked", async (t) => {
  const { event, order } = read("woocommerce-order.deleted.json");
  const http = fakePlatform();
  t.equal(await connector.fetch?.(event, http), event);
  t.same(http.calls, []);
  t.match(order, { id: "2381", status: "cancelled", email: null, version: null });
});

test("an action is completed by its order", async (t) => {
  const { event } = read(ACTION);
  t.match(connector.reading?.(event), { id: "2381", status: null, email: null });
  const http = fakePlatform({ "/wp-json/wc/v3/orders/2381": json(COMPLETED) as JsonObject });
  const whole = (await connector.fetch?.(event, http))!;
  t.same(http.calls, ["/wp-json/wc/v3/orders/2381"]);
  t.same(whole.words, ["order.paid", "order.fulfilled", "order.completed"]);
  t.match(connector.reading?.(whole), { id: "2381", status: "completed", email: "tomas.okafor@example.org" });
  t.same(whole.payload, event.payload);
  await t.rejects(connector.fetch!(event, fakePlatform()), Gone);
});

test("nothing is asked for whole orders and for actions that are about no order", async (t) => {
  const http = fakePlatform();
  const { event } = read(PROCESSING);
  t.equal(await connector.fetch?.(event, http), event);
  for (const [action, arg] of [
    ["woocommerce_add_to_cart", "abc"],
    ["woocommerce_order_item_added", 5],
    ["woocommerce_order_status_completed", "../customers/1"],
  ] as const) {
    const headers = { "x-wc-webhook-topic": `action.${action}` };
    const other = only(connector, request({ headers, body: { action, arg } }));
    t.equal(await connector.fetch?.(other, http), other, action);
    t.equal(connector.reading?.(other), undefined);
  }
  t.same(http.calls, []);
});

test("the API is the shop's, also in a folder of its site", async (t) => {
  t.same(connector.api, {
    baseUrl: "https://tienda.example.net",
    headers: { authorization: `Basic ${Buffer.from("ck_1:cs_2").toString("base64")}`, accept: "application/json" },
    perSecond: 5,
  });
  const inFolder = connected(woocommerce, { options: { api: { ...api, baseUrl: "https://example.net/shop/" } } });
  const http = fakePlatform({ "/shop/wp-json/wc/v3/orders/2381": json(COMPLETED) as JsonObject });
  t.match(await inFolder.fetch?.(read(ACTION).event, http), {
    words: ["order.paid", "order.fulfilled", "order.completed"],
  });
  t.equal(inFolder.api?.baseUrl, "https://example.net");
  const bare = connected(woocommerce);
  t.same([bare.api, bare.fetch], [undefined, undefined], "without the option nobody is asked");
});

test("the option `api` is checked", async (t) => {
  const problem = (value: unknown) => woocommerce.options["api"]!.validate(value).error?.message;
  t.equal(problem(api), undefined);
  t.match(problem({ ...api, baseUrl: "tienda.example.net" }), /address of the site/);
  t.match(problem({ ...api, baseUrl: "ftp://tienda.example.net" }), /address of the site/);
  t.match(problem({ ...api, baseUrl: "https://u:p@tienda.example.net" }), /address of the site/);
  t.match(problem({ baseUrl: api.baseUrl, consumerKey: "k" }), /consumerSecret/);
  t.match(problem({ ...api, token: "x" }), /token/);
});
