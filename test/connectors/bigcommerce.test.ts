import { test } from "tap";
import { bigcommerce } from "../../connectors/bigcommerce/bigcommerce.js";
import { Gone, Malformed } from "../../core/contracts/errors.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { fakePlatform } from "../fakes/platform-http.js";
import { altered, connected, json, only, recorded, refusal, request, vectors } from "./delivered.js";

const CREATED = "bigcommerce-store-order-created.json";
const STATUS = "bigcommerce-store-order-statusUpdated.json";
const SHIPMENT = "bigcommerce-store-shipment-created.json";
const ORDER = "/stores/x9exampl3q/v2/orders/4417";

const api = { storeHash: "x9exampl3q", accessToken: "token" };
const connector = connected(bigcommerce, { options: { api } });
const read = (file: string, fields: JsonObject = {}) => only(connector, altered(file, fields));
const status = (previous_status_id: number, new_status_id: number) =>
  read(STATUS, { data: { type: "order", id: 4417, status: { previous_status_id, new_status_id } } });
const shop = (
  order: JsonObject = {},
  products: Json | Error = json("bigcommerce-api-v2-order-products.json") as Json,
) =>
  fakePlatform({
    [ORDER]: { ...(json("bigcommerce-api-v2-order.json") as JsonObject), ...order },
    [`${ORDER}/products`]: products,
  });
const fetched = async (event: ReturnType<typeof read>, order: JsonObject = {}) => {
  const whole = (await connector.fetch?.(event, shop(order)))!;
  return { words: whole.words, order: connector.reading?.(whole) as unknown as JsonObject };
};

test("deliveries are signed with the bytes of the secret", async (t) => {
  for (const file of [CREATED, STATUS, SHIPMENT]) {
    const { request: came, secret } = recorded(file);
    for (const secrets of [[secret], ["newer", secret]]) {
      t.equal(refusal(connected(bigcommerce, { secrets }), came), undefined, file);
    }
    const strict = connected(bigcommerce, { secrets: [secret] });
    const without = (name: string) => ({ ...came, headers: { ...came.headers, [name]: "" } });
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      t.equal(refusal(strict, without(name)), "missing_signature", name);
    }
    const retold = { ...came, headers: { ...came.headers, "webhook-id": "msg_other" } };
    t.equal(refusal(strict, retold), "bad_signature", "the id is signed, too");
    t.equal(refusal(strict, { ...came, body: Buffer.from("{}") }), "bad_signature");
    const decoded = Buffer.from(secret, "base64").toString("latin1");
    t.equal(refusal(connected(bigcommerce, { secrets: [decoded] }), came), "bad_signature");
  }
  for (const { secret, headers, body, now = 0 } of vectors("bigcommerce")) {
    const strict = connected(bigcommerce, { secrets: [secret] });
    t.equal(refusal(strict, request({ headers, body, receivedAt: now * 1000 })), undefined);
  }
});

test("one of several signatures may match, of the known version", async (t) => {
  const { request: came, secret } = recorded(CREATED);
  const strict = connected(bigcommerce, { secrets: [secret] });
  const right = came.headers["webhook-signature"]!;
  const signed = (signature: string) =>
    refusal(strict, { ...came, headers: { ...came.headers, "webhook-signature": signature } });
  t.equal(signed(`v1,${"A".repeat(43)}= ${right}`), undefined);
  t.equal(signed(right.replace("v1,", "v2,")), "bad_signature");
  t.equal(signed(right.replace("v1,", "")), "bad_signature");
  t.equal(signed(`${right}, ${right}`), "bad_signature", "the header twice");
  const dotted = strict.sign(came.body, { "webhook-id": "msg.1" }, came.receivedAt);
  t.equal(refusal(strict, { ...came, headers: dotted }), "bad_signature", "an id with a dot");
});

test("a delivery is fresh for 300 s on both sides, and its time a whole number", async (t) => {
  const { request: came, secret } = recorded(CREATED);
  const strict = connected(bigcommerce, { secrets: [secret] });
  const after = (seconds: number) => refusal(strict, { ...came, receivedAt: came.receivedAt + seconds * 1000 });
  t.same([300, 301, -300, -301].map(after), [undefined, "stale", undefined, "stale"]);
  const body = Buffer.from("{}");
  for (const written of ["soon", "1791104127.5", "-1"]) {
    const given = request({
      body,
      headers: { "webhook-id": "m", "webhook-timestamp": written, "webhook-signature": "x" },
    });
    t.equal(refusal(strict, given), "bad_signature", written);
  }
});

test("trying out signs with the id that is given and the time that it is", async (t) => {
  const body = Buffer.from("{}");
  const receivedAt = 1_791_104_127_900;
  const signer = connected(bigcommerce, { secrets: ["new", "old"] });
  for (const given of [{}, { "webhook-id": "msg_7" }]) {
    const headers = signer.sign(body, given, receivedAt);
    t.match(headers, given);
    t.not(signer.sign(body, {}, receivedAt + 1000)["webhook-id"], headers["webhook-id"], "each trial is an event");
    t.equal(refusal(connected(bigcommerce, { secrets: ["new"] }), request({ headers, body, receivedAt })), undefined);
  }
  t.throws(() => connected(bigcommerce, { secrets: [""] }).sign(Buffer.from("{}"), {}, 0), /no secret to sign with/);
});

test("an event has the id of its message", async (t) => {
  t.match(read(CREATED), {
    id: "msg_91cbe56190a46c68ec2c54d1",
    type: "store/order/created",
    occurredAt: 1_791_104_127_000,
  });
  const { request: came } = recorded(CREATED);
  t.throws(() => connector.receive({ ...came, headers: {} }), /webhook-id is missing/);
  t.throws(() => connector.receive({ ...came, body: Buffer.from("{}") }), /no `scope`/);
  t.throws(() => connector.receive({ ...came, body: Buffer.from("[]") }), Malformed);
});

test("a new status is called by our words", async (t) => {
  t.same(read(STATUS).words, ["order.completed"], "as recorded");
  const words: [number, string[]][] = [
    [1, []],
    [2, ["order.fulfilled"]],
    [3, []],
    [4, ["order.refunded"]],
    [5, ["order.cancelled"]],
    [6, ["order.cancelled"]],
    [7, []],
    [10, ["order.completed"]],
    [11, ["order.paid"]],
    [14, ["order.partlyRefunded"]],
  ];
  for (const [id, expected] of words) t.same(status(7, id).words, expected, String(id));
  t.same(status(0, 11).words, ["order.created", "order.paid"], "an incomplete order becomes one");
  t.same(status(0, 6).words, ["order.cancelled"], "one that was declined never does");
  t.same(read(SHIPMENT).words, []);
  t.same(read(CREATED, { scope: "store/cart/created" }).words, [], "an unknown topic");
});

test("whether an order was created is known once it was fetched", async (t) => {
  t.same(read(CREATED).words, ["order.created"]);
  t.same((await fetched(read(CREATED))).words, ["order.created"]);
  t.same((await fetched(read(CREATED), { status_id: 0 })).words, []);
  t.same((await fetched(read(CREATED), { status_id: 11 })).words, ["order.created", "order.paid"]);
});

test("whether a refund gives all back is known once the order was fetched", async (t) => {
  const refund = read(CREATED, {
    scope: "store/order/refund/created",
    data: { type: "order", id: 4417, refund: { refund_id: 3 } },
  });
  t.same(refund.words, ["order.partlyRefunded"]);
  const part = await fetched(refund, { refunded_amount: "10.0000" });
  t.match(part, { words: ["order.partlyRefunded"], order: { status: "partlyRefunded" } });
  const all = await fetched(refund, { refunded_amount: "85.0000" });
  t.match(all, { words: ["order.refunded"], order: { status: "refunded" } });
  t.same((await fetched(refund, { status_id: 4 })).words, ["order.refunded"]);
  await t.rejects(connector.fetch!(refund, fakePlatform({ [ORDER]: new Error("503") })), /503/, "nobody can know yet");
});

test("an order is read from what was fetched", async (t) => {
  const http = shop();
  const whole = (await connector.fetch?.(read(STATUS), http))!;
  t.same(http.calls, [ORDER, `${ORDER}/products`]);
  t.same(connector.reading?.(whole), {
    kind: "order",
    id: "4417",
    aliases: [],
    number: "4417",
    status: "completed",
    total: 85,
    currency: "USD",
    email: "priya.raman@example.com",
    firstName: "Priya",
    lastName: "Raman",
    phone: "2025550187",
    language: "en",
    locationId: "1",
    staffId: null,
    consent: false,
    createdAt: Date.parse("2026-10-04T09:15:26Z"),
    updatedAt: Date.parse("2026-10-07T10:15:27Z"),
    version: Date.parse("2026-10-07T10:15:27Z"),
    items: [{ name: "Linen Throw - Beige", sku: "LIN-THR-BG", quantity: 1 }],
    tags: [],
  });
  const { order } = await fetched(read(STATUS), {
    billing_address: { email: "" },
    is_email_opt_in: null,
    status_id: 13,
  });
  t.match(order, { email: null, firstName: null, consent: null, status: null });
  t.match((await fetched(read(STATUS), { status_id: 5, refunded_amount: "85.0000" })).order, { status: "cancelled" });
});

test("before that it is only named", async (t) => {
  t.match(connector.reading?.(status(10, 5)), {
    id: "4417",
    status: "cancelled",
    email: null,
    version: 1_791_363_327_000,
  });
  t.match(connector.reading?.(read(CREATED)), { id: "4417", status: null });
  t.match(connector.reading?.(read(SHIPMENT)), { id: "4417" });
  const transaction = {
    scope: "store/order/transaction/created",
    data: { type: "transaction", id: "9", order_id: "4417" },
  };
  t.match(connector.reading?.(read(CREATED, transaction)), { id: "4417" });
  t.equal(connector.reading?.(read(CREATED, { data: { type: "cart", id: 1 } })), undefined);
});

test("an order that is gone says so, its products may be", async (t) => {
  await t.rejects(connector.fetch!(read(CREATED), fakePlatform()), Gone);
  const whole = await connector.fetch!(read(CREATED), shop({}, new Gone("none")));
  t.match(connector.reading?.(whole), { id: "4417", items: [] });
  await t.rejects(connector.fetch!(read(CREATED), shop({}, new Error("429"))), /429/);
});

test("an end does not wait for an API that is away", async (t) => {
  for (const [failure, id] of [
    [new Error("503"), 5],
    [new Gone("no order"), 4],
  ] as const) {
    const event = status(11, id);
    t.equal(await connector.fetch?.(event, fakePlatform({ [ORDER]: failure })), event);
  }
  await t.rejects(connector.fetch!(status(7, 11), fakePlatform({ [ORDER]: new Error("503") })), /503/);
});

test("orders of another store of the app are not ours, whatever their number", async (t) => {
  const other = read(STATUS, { producer: "stores/other" });
  const http = fakePlatform();
  t.same(other.words, []);
  t.equal(connector.reading?.(other), undefined);
  t.equal(await connector.fetch?.(other, http), other);
  t.same(http.calls, []);
  t.same(read(STATUS, { producer: null }).words, ["order.completed"], "not named");
});

test("events about no order are not completed", async (t) => {
  const http = fakePlatform();
  const event = read(CREATED, { scope: "store/cart/created", data: { type: "cart", id: "a" } });
  t.equal(await connector.fetch?.(event, http), event);
  t.same(http.calls, []);
});

test("the API is that of the store in the options", async (t) => {
  t.same(connector.api, {
    baseUrl: "https://api.bigcommerce.com",
    headers: { "x-auth-token": "token", accept: "application/json" },
    perSecond: 5,
  });
  const elsewhere = connected(bigcommerce, { options: { api: { ...api, baseUrl: "http://127.0.0.1:4000" } } });
  t.equal(elsewhere.api?.baseUrl, "http://127.0.0.1:4000");
  const problem = (value?: unknown) => bigcommerce.options["api"]!.validate(value).error?.message;
  t.equal(problem(api), undefined);
  t.match(problem(), /required/);
  t.match(problem({ ...api, baseUrl: "https://api.example.com/v2" }), /origin without a path/);
  t.match(problem({ ...api, baseUrl: "api.example.com" }), /origin without a path/);
  t.match(problem({ ...api, storeHash: "../x" }), /storeHash/);
});
