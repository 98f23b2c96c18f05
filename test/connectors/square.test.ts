import { test } from "tap";
import { square } from "../../connectors/square/square.js";
import { Malformed } from "../../core/contracts/errors.js";
import { altered, connected, only, recorded, refusal, request, vectors } from "./delivered.js";

const URL_OF_RECORDS = "https://hooks.example.com/in/square/tenant-7";
const files = [
  "payment.updated",
  "order.updated",
  "refund.updated",
  "booking.created",
  "booking.updated-cancelled",
  "booking.updated-rescheduled",
  "test_notification",
].map((name) => `square-${name}.json`);

const connector = connected(square);

test("deliveries are signed over the subscription's URL and the body", async (t) => {
  for (const file of files) {
    const { request: came, secret } = recorded(file);
    for (const secrets of [[secret], ["newer", secret]]) {
      t.equal(refusal(connected(square, { secrets, url: URL_OF_RECORDS }), came), undefined, file);
      const named = { secrets, options: { notificationUrl: URL_OF_RECORDS } };
      t.equal(refusal(connected(square, named), came), undefined, "when it differs from ours");
    }
    t.equal(refusal(connected(square, { secrets: [secret] }), came), "bad_signature", "at another URL");
    const strict = connected(square, { secrets: [secret], url: URL_OF_RECORDS });
    const guided = {
      ...came,
      headers: { ...came.headers, host: "hooks.example.com", "x-forwarded-host": "a.example" },
    };
    t.equal(refusal(strict, guided), undefined, "headers do not name the URL");
    t.equal(refusal(strict, { ...came, headers: {} }), "missing_signature");
    t.equal(refusal(connected(square, { secrets: [secret], url: `${URL_OF_RECORDS}/` }), came), "bad_signature");
    t.equal(refusal(strict, { ...came, body: Buffer.from(JSON.stringify({})) }), "bad_signature");
  }
});

test("the published vectors", async (t) => {
  for (const { secret, headers, body, valid, name, notification_url = "" } of vectors("square")) {
    const reason = refusal(connected(square, { secrets: [secret], url: notification_url }), request({ headers, body }));
    t.equal(reason === undefined, valid, name ?? "as published");
  }
});

test("trying out signs for the URL that is verified", async (t) => {
  const body = Buffer.from("{}");
  const options = { notificationUrl: "https://proxy.example.com/a?b=c" };
  const headers = connected(square, { secrets: ["new", "old"], options }).sign(body, {}, 0);
  t.equal(refusal(connected(square, { secrets: ["new"], options }), request({ headers, body })), undefined);
  t.equal(refusal(connected(square, { secrets: ["new"] }), request({ headers, body })), "bad_signature");
  t.throws(() => connected(square, { secrets: [""] }).sign(Buffer.from("{}"), {}, 0), /no secret to sign with/);
});

test("an event has the id, the topic and the time that the platform gave it", async (t) => {
  const event = only(connector, recorded("square-payment.updated.json").request);
  t.match(event, { id: "6a8f5f28-54a1-4eb0-a98a-3111513fd4fc", type: "payment.updated" });
  t.equal(event.occurredAt, Date.parse("2026-10-04T09:15:53Z"));
  t.equal(event.trial, undefined, "the sandbox is no test mark");
  t.throws(() => only(connector, altered("square-payment.updated.json", { event_id: "" })), /no `event_id`/);
  t.throws(() => only(connector, altered("square-payment.updated.json", { type: null })), /no `type`/);
  t.throws(() => only(connector, request({ body: "a=b" })), Malformed);
});

test("a test notification is about nobody", async (t) => {
  const event = only(connector, recorded("square-test_notification.json").request);
  t.match(event, { type: "webhooks.test_notification", trial: "sample", words: [] });
  t.equal(event.occurredAt, Date.parse("2022-07-13T20:30:59.037Z"), "nanoseconds are cut");
  t.equal(connector.reading?.(event), undefined);
});

test("unknown topics are kept and called nothing", async (t) => {
  const event = only(connector, altered("square-payment.updated.json", { type: "catalog.version.updated" }));
  t.same([event.words, connector.reading?.(event)], [[], undefined]);
});

test("what is noted about an appointment is not kept, all else as it came", async (t) => {
  const { request: came } = recorded("square-booking.created.json");
  const event = only(connector, came);
  const text = Buffer.from(came.body).toString();
  t.same(JSON.parse(event.body ?? ""), JSON.parse(text.replace('"customer_note": "Sensitive scalp",', "")));
  t.match(event.payload, { data: { object: { booking: { customer_note: undefined, seller_note: "" } } } });
  const { body: _, ...withoutNotes } = event;
  t.same(only(connector, { ...came, body: Buffer.from(event.body ?? "") }), withoutNotes, "read again");
  const quoted = Buffer.from(text.replace("Sensitive scalp", String.raw`a \"b\" \\`));
  t.equal(only(connector, { ...came, body: quoted }).body, event.body, "with quotes in it");
  t.equal("body" in only(connector, recorded("square-payment.updated.json").request), false);
});

test("the options are checked", async (t) => {
  const problem = (name: string, value: unknown) => square.options[name]!.validate(value).error?.message;
  t.equal(problem("notificationUrl", "https://a.example/x?y=z"), undefined);
  t.match(problem("notificationUrl", "a.example/x"), /uri/);
  t.equal(problem("api", { accessToken: "t" }), undefined);
  t.match(problem("api", {}), /accessToken/);
  t.match(problem("api", { accessToken: "t", baseUrl: "https://connect.squareup.com/v2" }), /origin without a path/);
});

test("the API is asked with the token, or not at all", async (t) => {
  const { api } = connected(square, { options: { api: { accessToken: "tok" } } });
  t.match(api, { baseUrl: "https://connect.squareup.com", headers: { authorization: "Bearer tok" }, perSecond: 10 });
  t.match(api?.headers["square-version"], /^\d{4}-\d\d-\d\d$/);
  const sandbox = { accessToken: "tok", baseUrl: "https://connect.squareupsandbox.com" };
  t.equal(connected(square, { options: { api: sandbox } }).api?.baseUrl, "https://connect.squareupsandbox.com");
  t.same([connector.api, connector.fetch, connector.again], [undefined, undefined, undefined]);
});
