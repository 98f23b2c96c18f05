import t from "tap";
import { Installation } from "./harness.js";
import { later, platformServer } from "./platform-server.js";

const remind = `purpose: transactional
steps:
  - { id: a, email: { subject: "Booked, {{ contact.firstName }}", text: x } }
  - { id: w, wait: { until: entity.startsAt, offset: -1d } }
  - { id: b, email: { subject: Tomorrow, text: x } }
`;
const review = `purpose: transactional
steps:
  - { id: a, email: { subject: "How was it, {{ contact.firstName }}?", text: x } }
`;
const missed = `purpose: transactional
steps:
  - { id: a, email: { subject: "We missed you", text: x } }
`;
const sequences = { remind, review, missed };
const rules = `  on:
    - { event: booking.created, execute: remind }
    - { event: booking.ended, execute: review }
    - { event: booking.noShow, execute: missed }
`;
/** Ten years on: what is recorded lies in the past. */
const future = (text: string): string => text.replaceAll("2026-10-", "2036-10-");

t.test("Calendly: booked, and moved in either order of its two halves, then cancelled", async (t) => {
  const app = await Installation.start(
    t,
    { salon: { use: "bookings", connector: "calendly", options: rules } },
    sequences,
  );
  t.equal(await app.deliver("salon", "calendly-invitee.created.json", future), 200);
  t.match(await app.untilMessages(1), [/^sam.whitcombe@example.co.uk: Booked, Sam$/]);
  t.strictSame(await app.dueTimes(), ["2036-10-04T13:00:00.000Z"]);
  t.equal(await app.deliver("salon", "calendly-invitee.canceled.json", future), 200);
  await app.events("salon", 2);
  t.strictSame(await app.sendings(), ["cancelled by_entity"]);
});

t.test("Calendly: a visit that is over is asked about, once", async (t) => {
  const app = await Installation.start(
    t,
    { salon: { use: "bookings", connector: "calendly", options: rules } },
    { ...sequences, remind: review },
  );
  t.equal(await app.deliver("salon", "calendly-invitee.created.json"), 200);
  t.equal(await app.deliver("salon", "calendly-invitee.created.json"), 200);
  t.strictSame(await app.untilMessages(2), [
    "sam.whitcombe@example.co.uk: How was it, Sam?",
    "sam.whitcombe@example.co.uk: How was it, Sam?",
  ]);
  t.strictSame(await app.events("salon", 2), ["processed", "processed"], "the booking, and its end that we have told");
});

t.test("Cal.com: moved under a new id, told to be over by the platform too, not come", async (t) => {
  const app = await Installation.start(
    t,
    { salon: { use: "bookings", connector: "calcom", options: rules } },
    sequences,
  );
  t.equal(await app.deliver("salon", "calcom-BOOKING_CREATED.json", future), 200);
  t.match(await app.untilMessages(1), [/^lena.vogt@example.de: Booked, Lena$/]);
  t.strictSame(await app.dueTimes(), ["2036-10-04T09:00:00.000Z"]);
  t.equal(await app.deliver("salon", "calcom-BOOKING_RESCHEDULED.json", future), 200);
  await app.events("salon", 2);
  const { dueAt } = await app.untilDue("2036-10-05T09:00:00.000Z");
  t.equal(dueAt, "2036-10-05T09:00:00.000Z", "the reminder moved with the booking");
  t.equal(await app.deliver("salon", "calcom-BOOKING_CANCELLED.json", future), 200);
  await app.events("salon", 3);
});

t.test("Acuity: everything is asked for; what hangs holds up nobody", async (t) => {
  const platform = await platformServer(t);
  const path = "/api/v1/appointments/1590233471";
  platform.set(path, later("acuity-api-appointment.json"));
  platform.set("/api/v1/appointments/77", {
    ...(later("acuity-api-appointment.json") as object),
    id: 77,
    email: "other@example.com",
  });
  platform.moods(path, "hang");
  const options = `${rules}  api: { baseUrl: "${platform.url}", userId: "1", apiKey: k }\n`;
  const app = await Installation.start(t, { salon: { use: "bookings", connector: "acuity", options } }, sequences);
  t.equal(await app.deliver("salon", "acuity-appointment.scheduled.json"), 200);
  t.equal(
    await app.deliver("salon", "acuity-appointment.scheduled.json", (text) => text.replace("1590233471", "77")),
    200,
  );
  t.match(await app.untilMessages(1), [/^other@example.com: Booked/], "while the first one hangs");
  t.match((await app.untilMessages(2))[1], /^amara.nwosu@example.com: Booked, Amara$/);
});

t.test("Square: a booking whose customer the platform knows, moved and cancelled", async (t) => {
  const platform = await platformServer(t);
  platform.set("/v2/customers/RDX9Z4XTIZR7MRZJUXNY9HUK6I", later("square-api-customer.json"));
  const options = `${rules}  api: { baseUrl: "${platform.url}", accessToken: t }\n`;
  const app = await Installation.start(t, { salon: { use: "bookings", connector: "square", options } }, sequences);
  t.equal(await app.deliver("salon", "square-booking.created.json", future), 200);
  t.match(await app.untilMessages(1), [/^noa.berg@example.com: Booked, Noa$/]);
  t.equal(await app.deliver("salon", "square-booking.updated-rescheduled.json", future), 200);
  await app.events("salon", 2);
  t.equal(await app.deliver("salon", "square-booking.updated-cancelled.json", future), 200);
  await app.events("salon", 3);
  t.strictSame(await app.sendings(), ["cancelled by_entity"]);
});

t.test("Mindbody: health fields are not kept, and a cancellation knows its booking by its id", async (t) => {
  const app = await Installation.start(
    t,
    { salon: { use: "bookings", connector: "mindbody", options: rules } },
    sequences,
  );
  t.equal(await app.head("salon"), 200);
  t.equal(await app.deliver("salon", "mindbody-appointmentBooking.created.json", future), 200);
  t.match(await app.untilMessages(1), [/^ines.duarte@example.pt: Booked/]);
  const [event] = await app.wholeEvents("salon");
  t.notMatch(event?.["body"], /"(notes|formulaNotes|icdCodes)"/);
  t.equal(await app.deliver("salon", "mindbody-appointmentBooking.cancelled.json", future), 200);
  await app.events("salon", 2);
  t.strictSame(await app.sendings(), ["cancelled by_entity"]);
});
