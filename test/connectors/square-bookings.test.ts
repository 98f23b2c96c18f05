import { test } from "tap";
import { square } from "../../connectors/square/square.js";
import type { BookingReading, InboundEvent } from "../../core/contracts/connector.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { fakePlatform } from "../fakes/platform-http.js";
import { connected, json, only, recorded, request } from "./delivered.js";

const BOOKING = "/v2/bookings/zkras0xv0xwswx";
const CUSTOMER = "/v2/customers/RDX9Z4XTIZR7MRZJUXNY9HUK6I";
const LOCATION = "/v2/locations/LEXAMPLE00001";
const people = {
  [CUSTOMER]: json("square-api-customer.json") as Json,
  [LOCATION]: json("square-api-location.json") as Json,
};

const connector = connected(square, { options: { api: { accessToken: "t" } } });
const reading = (event: InboundEvent) => connector.reading?.(event) as BookingReading;
const came = (name: string) => only(connector, recorded(`square-booking.${name}.json`).request);

function read(fields: JsonObject, type = "booking.created"): InboundEvent {
  const event = json("square-booking.created.json") as { data: { object: { booking: JsonObject } } } & JsonObject;
  const data = { ...event.data, object: { booking: { ...event.data.object.booking, ...fields } } };
  return only(connector, request({ body: { ...event, type, data } }));
}

test("topics and states are called by our words", async (t) => {
  t.same(came("created").words, ["booking.created"]);
  t.same(came("updated-rescheduled").words, ["booking.moved"]);
  t.same(came("updated-cancelled").words, ["booking.cancelled"]);
  const states = {
    PENDING: "booking.moved",
    ACCEPTED: "booking.moved",
    DECLINED: "booking.cancelled",
    CANCELLED_BY_SELLER: "booking.cancelled",
    NO_SHOW: "booking.noShow",
  } as const;
  for (const [status, word] of Object.entries(states))
    t.same(read({ status }, "booking.updated").words, [word], status);
  t.same(read({ status: "PENDING" }).words, ["booking.created"]);
  t.same(read({ status: "CANCELLED_BY_CUSTOMER" }).words, ["booking.cancelled"]);
});

test("a booking is read without its person, and whole once that was fetched", async (t) => {
  const alone: BookingReading = {
    kind: "booking",
    id: "zkras0xv0xwswx",
    aliases: [],
    replaces: null,
    status: "booked",
    service: "GUN7HNQBH7ZRARYZN52E7O4B",
    startsAt: Date.parse("2026-10-05T13:00:00Z"),
    endsAt: Date.parse("2026-10-05T14:00:00Z"),
    timeZone: null,
    email: null,
    firstName: null,
    lastName: null,
    phone: null,
    language: null,
    locationId: "LEXAMPLE00001",
    staffId: "TMEXAMPLE01",
    staffEmail: null,
    consent: null,
    createdAt: Date.parse("2026-10-01T15:47:41Z"),
    updatedAt: Date.parse("2026-10-01T15:47:41Z"),
    version: 0,
  };
  t.same(reading(came("created")), alone);
  const http = fakePlatform(people);
  const whole = await connector.fetch!(came("created"), http);
  t.same(http.calls, [CUSTOMER, LOCATION]);
  t.same(whole.words, ["booking.created"]);
  t.same(reading(whole), {
    ...alone,
    timeZone: "America/Los_Angeles",
    email: "noa.berg@example.com",
    firstName: "Noa",
    lastName: "Berg",
    phone: "+12025550119",
    language: "en-US",
  });
});

test("versions count the changes of a booking, which keeps its id", async (t) => {
  const [created, moved, cancelled] = ["created", "updated-rescheduled", "updated-cancelled"].map((name) =>
    reading(came(name)),
  );
  t.same([created!.version, moved!.version, cancelled!.version], [0, 1, 2]);
  t.same(new Set([created!.id, moved!.id, cancelled!.id]).size, 1);
  t.equal(moved!.startsAt, Date.parse("2026-10-06T13:00:00Z"));
  t.same([moved!.status, cancelled!.status], ["booked", "cancelled"]);
});

test("the end is the start with all services and the pauses between them", async (t) => {
  const minutes = (segments: Json) => {
    const { startsAt, endsAt } = reading(read({ appointment_segments: segments }));
    return endsAt === null ? null : (endsAt - startsAt!) / 60_000;
  };
  const segment = (duration_minutes: number | null, intermission_minutes?: number) => ({
    duration_minutes,
    ...(intermission_minutes !== undefined && { intermission_minutes }),
  });
  t.equal(minutes([segment(45, 10), segment(15, 5)]), 70, "the last pause is after the customer has left");
  t.equal(minutes([segment(30)]), 30);
  t.equal(minutes([segment(30, 5), segment(null)]), null, "a service of unknown length");
  t.equal(minutes([]), null);
  t.equal(minutes(null), null);
  t.equal(reading(read({ start_at: "soon" })).endsAt, null);
});

test("states of a booking", async (t) => {
  const status = (state: string) => reading(read({ status: state })).status;
  t.same(["PENDING", "DECLINED", "CANCELLED_BY_SELLER", "NO_SHOW", "constructor"].map(status), [
    "requested",
    "cancelled",
    "cancelled",
    "noShow",
    null,
  ]);
});

test("a booking without a customer, or with one who is gone, is kept without", async (t) => {
  const http = fakePlatform(people);
  t.match(reading(await connector.fetch!(read({ customer_id: null }), http)), {
    email: null,
    timeZone: "America/Los_Angeles",
  });
  t.same(http.calls, [LOCATION]);
  t.match(reading(await connector.fetch!(came("created"), fakePlatform())), {
    email: null,
    timeZone: null,
    status: "booked",
  });
});

test("an API that is away delays a beginning and no end", async (t) => {
  const away = fakePlatform({ [CUSTOMER]: new Error("503") });
  await t.rejects(connector.fetch!(came("created"), away), /503/);
  await t.rejects(connector.fetch!(came("updated-rescheduled"), away), /503/);
  const cancelled = came("updated-cancelled");
  t.equal(await connector.fetch!(cancelled, away), cancelled);
  const missed = read({ status: "NO_SHOW" }, "booking.updated");
  t.equal(await connector.fetch!(missed, away), missed);
  t.match(await connector.fetch!(cancelled, fakePlatform(people)), {
    words: ["booking.cancelled"],
    fetched: { customer: {} },
  });
});

test("a booking is asked for again when it should have ended", async (t) => {
  const known = reading(await connector.fetch!(came("created"), fakePlatform(people)));
  const { data } = json("square-booking.updated-cancelled.json") as { data: { object: JsonObject } };
  const http = fakePlatform({ [BOOKING]: data.object });
  const now = await connector.again!(known, http);
  t.same(http.calls, [BOOKING]);
  t.match(now, { status: "cancelled", version: 2, email: "noa.berg@example.com", timeZone: "America/Los_Angeles" });
  t.equal(now.endsAt, Date.parse("2026-10-06T14:00:00Z"));
  t.equal(await connector.again!(known, fakePlatform({ [BOOKING]: {} })), known, "an answer without a booking");
  t.equal(await connector.again!(known, fakePlatform()), known, "a token that may not see it");
});

test("what has no id is no booking", async (t) => {
  t.equal(reading(read({ id: null })), undefined);
  const empty = only(connector, request({ body: { event_id: "e", type: "booking.updated", data: {} } }));
  t.equal(reading(empty), undefined);
  t.equal(await connector.fetch!(empty, fakePlatform()), empty);
});
