import t from "tap";
import { Installation } from "./harness.js";
import { platformServer } from "./platform-server.js";
import { recorded } from "./telling.js";

const mail = (subject: string): string => `  - { id: a, email: { subject: "${subject}", text: x } }\n`;
const remind = `${mail("Booked, {{ contact.firstName }}")}  - { id: w, wait: { until: entity.startsAt, offset: -1d } }\n`;
const sequences = Object.fromEntries(
  [
    ["remind", `${remind}  - { id: b, email: { subject: Tomorrow, text: x } }\n`],
    ["review", mail("How was it, {{ contact.firstName }}?")],
    ["missed", mail("We missed you, {{ contact.firstName }}")],
    ["sorry", mail("Called off: {{ context.at }}")],
  ].map(([key, steps]) => [key, `purpose: transactional\nsteps:\n${steps}`] as const),
);
const rules = `  on:
    - { event: booking.created, execute: remind }
    - { event: booking.ended, execute: review }
    - { event: booking.noShow, execute: missed }
    - { event: booking.cancelled, execute: sorry, context: { at: "booking.startsAt" } }
`;
/** Ten years on: what is recorded lies in the past. */
const future = (text: string): string => text.replaceAll("2026-", "2036-");
const salon = (connector: string, options = rules) => ({ salon: { use: "bookings" as const, connector, options } });

for (const halves of [
  ["reschedule-1-invitee.canceled", "reschedule-2-invitee.created"],
  ["reschedule-2-invitee.created", "reschedule-1-invitee.canceled"],
]) {
  for (const first of [true, false]) {
    t.test(`Calendly: ${halves.join(", ")}, ${first ? "after" : "before"} the booking that moved`, async (t) => {
      const app = await Installation.start(t, salon("calendly"), sequences);
      const all = first ? ["invitee.created", ...halves] : [...halves, "invitee.created"];
      for (const file of all) {
        t.equal(await app.deliver("salon", `calendly-${file}.json`, future), 200);
        await app.rest();
      }
      t.strictSame(await app.subjectsTo("sam.whitcombe@example.co.uk"), ["Booked, Sam"]);
      t.strictSame(await app.dueTimes(), ["2036-10-07T15:00:00.000Z"], "a day before the new one");
      t.equal(await app.deliver("salon", "calendly-invitee.canceled.json", future), 200);
      await app.rest();
      t.match(await app.sendings(), ["cancelled by_entity", "completed"]);
    });
  }
}

t.test(
  "Cal.com: what a host sends back to be booked anew is not cancelled; guests and samples are nobody's to write to",
  async (t) => {
    const app = await Installation.start(t, salon("calcom"), sequences);
    t.equal(await app.deliver("salon", "calcom-BOOKING_CREATED.json", future), 200);
    const asked = (text: string): string =>
      future(text).replace('"requestReschedule": false', '"requestReschedule": true');
    t.equal(await app.deliver("salon", "calcom-BOOKING_CANCELLED.json", asked), 200);
    t.equal(await app.deliver("salon", "calcom-BOOKING_RESCHEDULED.json", future), 200);
    await app.rest();
    t.strictSame(await app.dueTimes(), ["2036-10-05T09:00:00.000Z"], "it moved");
    const sample = { type: "Test", attendees: [{ email: "jdoe@example.com", name: "John Doe" }] };
    for (const text of ["{}", JSON.stringify({ triggerEvent: "PING", payload: sample })]) {
      t.equal(await app.say("salon", { text }), 200);
    }
    await app.rest();
    t.strictSame(await app.last("salon", 2), ["ignored test_event", "ignored test_event"]);
    t.strictSame(await app.messages(), ["lena.vogt@example.de: Booked, Lena"]);
    t.equal(await app.post("salon", "{}", { "x-unsigned": "", "x-cal-signature-256": "no-secret-provided" }), 401);
    for (const event of await app.wholeEvents("salon")) t.notMatch(event["body"], /First visit/, "written to the host");
  },
);

t.test(
  "Mindbody: asks by HEAD; what names its booking only finds whoever had booked; health is not kept",
  async (t) => {
    const app = await Installation.start(t, salon("mindbody"), sequences);
    t.equal(await app.head("salon"), 200);
    const sick = (text: string): string => future(text).replace('"notes": null', '"notes": "diabetes"');
    t.equal(await app.deliver("salon", "mindbody-appointmentBooking.created.json", sick), 200);
    await app.rest();
    t.equal(await app.deliver("salon", "mindbody-appointmentBooking.cancelled.json", future), 200);
    await app.rest();
    t.strictSame(await app.subjectsTo("ines.duarte@example.pt"), [
      "Booked, Ines",
      "Called off: 2036-10-05T14:00:00.000Z",
    ]);
    t.match(await app.sendings(), ["cancelled by_entity", "completed"]);
    for (const event of await app.wholeEvents("salon")) t.notMatch(event["body"], /diabetes|formulaNotes|icdCodes/);
  },
);

t.test("Acuity: a visit that was called off while nobody told us is not asked about", async (t) => {
  const platform = await platformServer(t);
  const now = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+Z/, "+0000");
  const over = { ...recorded("acuity-api-appointment.json"), datetime: now };
  platform.set("/api/v1/appointments/1590233471", over, { ...over, canceled: true });
  const options = `${rules}  api: { baseUrl: "${platform.url}", userId: "1", apiKey: k }\n`;
  const app = await Installation.start(t, salon("acuity", options), sequences);
  t.equal(await app.deliver("salon", "acuity-appointment.scheduled.json"), 200);
  await app.untilEvents("salon", 2);
  await app.rest();
  const [, ended] = await app.wholeEvents("salon");
  t.match(ended, { reason: "stale", notes: [/the booking is cancelled/] });
  t.notMatch((await app.messages()).join(), /How was it/);
});

t.test("Square: notes are not kept; a token that may see its own bookings only hinders no review", async (t) => {
  const platform = await platformServer(t);
  platform.set("/v2/customers/RDX9Z4XTIZR7MRZJUXNY9HUK6I", recorded("square-api-customer.json"));
  const options = `${rules}  api: { baseUrl: "${platform.url}", accessToken: t }\n`;
  const app = await Installation.start(t, salon("square", options), sequences);
  t.equal(await app.deliver("salon", "square-booking.created.json"), 200);
  t.strictSame(await app.untilSubjectsTo("noa.berg@example.com", 3), ["Booked, Noa", "Tomorrow", "How was it, Noa?"]);
  t.ok(platform.asked.includes("/v2/bookings/zkras0xv0xwswx"), "it was asked");
  for (const event of await app.wholeEvents("salon")) t.notMatch(event["body"], /Sensitive scalp/);
});
