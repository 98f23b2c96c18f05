import { test } from "tap";
import { acuity } from "../../connectors/acuity.js";
import { bookingReading } from "../../connectors/readings.js";
import { Gone, Malformed } from "../../core/contracts/errors.js";
import { connected, fixture, only, platform, post } from "./recordings.js";

const connector = connected(acuity, ["key"], { api: { userId: 11145481, apiKey: "key" } });
const appointment = fixture("acuity-api-appointment.json");
const path = "/api/v1/appointments/1590233471";

function receive(action: string, id = "1590233471") {
  const body = `action=${action}&id=${id}&calendarID=6612034&appointmentTypeID=48213377`;
  return only(connector.receive(post(body, { "content-type": "application/x-www-form-urlencoded" })));
}

async function fetched(action: string, answer: object = {}) {
  return connector.fetch!(receive(action), platform({ [path]: { ...appointment, ...answer } }));
}

test("the form gives fields as text, and no delivery an id", async (t) => {
  const event = receive("scheduled");
  t.same(event.payload, {
    action: "scheduled",
    id: "1590233471",
    calendarID: "6612034",
    appointmentTypeID: "48213377",
  });
  t.equal(event.id, "", "two changes of one appointment may be alike to the byte");
  t.equal(event.occurredAt, null);
  t.same(connector.reading?.(event), bookingReading({ id: "1590233471", status: "booked" }));
});

test("everything else comes from the API", async (t) => {
  const http = platform({ [path]: appointment });
  const event = await connector.fetch!(receive("scheduled"), http);
  t.same(http.asked, [path]);
  t.same(event.words, ["booking.created"]);
  t.same(
    connector.reading?.(event),
    bookingReading({
      id: "1590233471",
      status: "booked",
      service: "Deep Tissue 60",
      startsAt: Date.parse("2026-10-05T10:15:00-04:00"),
      endsAt: Date.parse("2026-10-05T11:15:00-04:00"),
      timeZone: "America/Chicago",
      email: "amara.nwosu@example.com",
      firstName: "Amara",
      lastName: "Nwosu",
      phone: "+1 202-555-0164",
      locationId: "2nd floor, 5 Elm St",
      staffId: "6612034",
    }),
  );
});

test("what the appointment is by then outweighs what was said of it", async (t) => {
  t.same((await fetched("rescheduled")).words, ["booking.moved"]);
  t.same((await fetched("changed")).words, [], "whether it has moved, its times will tell");
  t.same((await fetched("changed", { canceled: true })).words, ["booking.cancelled"]);
  t.same((await fetched("scheduled", { canceled: true })).words, ["booking.cancelled"]);
  t.same((await fetched("changed", { noShow: true })).words, ["booking.noShow"]);
  const { canceled: _, ...documented } = appointment;
  const event = await connector.fetch!(receive("canceled"), platform({ [path]: documented }));
  t.same(event.words, ["booking.cancelled"], "also when the answer does not say so");
  t.match(connector.reading?.(event), { status: "cancelled" });
  t.match(connector.reading?.(await fetched("changed", { noShow: true })), { status: "noShow" });
});

test("a cancellation holds although the appointment is gone, and nothing else does", async (t) => {
  const gone = { get: () => Promise.reject(new Gone("404")) };
  const event = await connector.fetch!(receive("canceled"), gone);
  t.same(event.words, ["booking.cancelled"]);
  t.same(connector.reading?.(event), bookingReading({ id: "1590233471", status: "cancelled" }));
  await t.rejects(connector.fetch!(receive("scheduled"), gone), Gone);
  const broken = { get: () => Promise.reject(new Error("502")) };
  await t.rejects(connector.fetch!(receive("canceled"), broken), /502/);
});

test("webhooks made by the API name their topics in full", async (t) => {
  t.same(receive("appointment.scheduled").words, ["booking.created"]);
  t.same(receive("appointment.canceled").words, ["booking.cancelled"]);
  t.same((await fetched("appointment.changed", { canceled: true })).words, ["booking.cancelled"]);
  t.equal(receive("appointment.rescheduled").type, "appointment.rescheduled");
});

test("an order of packages is no booking and needs no call", async (t) => {
  const event = receive("order.completed", "20418833");
  t.same(event.words, []);
  t.equal(connector.reading?.(event), undefined);
  const http = platform({});
  t.equal(await connector.fetch!(event, http), event);
  t.same(http.asked, []);
});

test("empty fields and odd durations are nothing", async (t) => {
  const event = await fetched("scheduled", {
    email: "",
    phone: "",
    lastName: "",
    labels: null,
    duration: "soon",
    location: "",
  });
  t.match(connector.reading?.(event), {
    email: null,
    phone: null,
    lastName: null,
    firstName: "Amara",
    endsAt: null,
    locationId: null,
  });
  t.match(connector.reading?.(await fetched("scheduled", { duration: 90 })), {
    endsAt: Date.parse("2026-10-05T15:45:00Z"),
  });
  t.match(connector.reading?.(await fetched("scheduled", { datetime: "October 5" })), { startsAt: null, endsAt: null });
});

test("an appointment is asked for again", async (t) => {
  const booking = bookingReading({ id: "1590233471" });
  const again = (answer: object) => connector.again!(booking, platform({ [path]: { ...appointment, ...answer } }));
  t.match(await again({}), { status: "booked", email: "amara.nwosu@example.com" });
  t.match(await again({ noShow: true }), { status: "noShow" });
  t.match(await again({ canceled: true }), { status: "cancelled" });
  await t.rejects(connector.again!(booking, { get: () => Promise.reject(new Gone("404")) }), Gone);
});

test("the API is called as the user", async (t) => {
  t.same(connector.api?.headers, { authorization: `Basic ${Buffer.from("11145481:key").toString("base64")}` });
  t.equal(connector.api?.baseUrl, "https://acuityscheduling.com");
  t.throws(() => connected(acuity, ["key"]), /api/, "without it nothing could be read");
  t.throws(() => connected(acuity, ["key"], { api: { apiKey: "key" } }), /userId/);
});

test("a form that says nothing is refused", async (t) => {
  t.throws(() => connector.receive(post("id=1")), new Malformed("The form has no action"));
  for (const id of ["", "1%2F..%2Fclients", "x"]) {
    t.throws(() => connector.receive(post(`action=scheduled&id=${id}`)), new Malformed("The form has no id in digits"));
  }
  t.throws(() => connector.receive(post(Buffer.from([0xff]))), Malformed);
});
