import { test } from "tap";
import { calcom } from "../../connectors/calcom/calcom.js";
import { bookingReading } from "../../connectors/readings.js";
import type { BookingReading } from "../../core/contracts/connector.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { connected, fixture, only, post } from "./recordings.js";

const connector = connected(calcom, ["example-calcom-secret"]);
const uid = "bFJeNb2uX8ANpT3JL5EfXw";

/** What is read of a recorded body, changed or not; of a flat one `payload` are its own fields. */
function read(topic: string, payload: object = {}, envelope: object = {}) {
  const body = fixture(`calcom-${topic}.json`);
  const changed = body.payload
    ? { ...body, ...envelope, payload: { ...body.payload, ...payload } }
    : { ...body, ...payload, ...envelope };
  const event = only(connector.receive(post(changed)));
  return { event, words: event.words, reading: connector.reading?.(event) as BookingReading | undefined };
}

const attendee = fixture("calcom-BOOKING_CREATED.json").payload.attendees[0];

test("a booking is read whole, of its booker", async (t) => {
  const { event, reading } = read("BOOKING_CREATED");
  const at = Date.parse("2026-10-01T08:12:00.538Z");
  t.equal(event.occurredAt, at);
  t.notMatch(event.id, "@", "an id outlives the person");
  t.match(event.id, `BOOKING_CREATED:${uid}:2026-10-05T09:00:00Z:`);
  const { aliases, ...known } = reading!;
  t.same(known, {
    ...(({ aliases: _, ...rest }) => rest)(bookingReading({ id: uid })),
    status: "booked",
    service: "Erstgespräch",
    startsAt: Date.parse("2026-10-05T09:00:00Z"),
    endsAt: Date.parse("2026-10-05T09:30:00Z"),
    timeZone: "Europe/Berlin",
    email: "lena.vogt@example.de",
    firstName: "Lena",
    lastName: "Vogt",
    phone: "+491713920001",
    language: "de",
    locationId: "Torstr. 1, Berlin",
    staffId: "5120",
    staffEmail: "hallo@studio-kern.example.de",
    createdAt: at,
    updatedAt: at,
    version: at,
  });
  t.equal(aliases[0], "bookingId:1190421");
});

test("one thing told by three webhooks is one event", async (t) => {
  const { id } = read("BOOKING_CREATED").event;
  t.equal(read("BOOKING_CREATED", {}, { createdAt: "2026-10-01T08:12:00.611Z" }).event.id, id);
  t.equal(read("BOOKING_CREATED", { attendees: [{ ...attendee, email: "Lena.Vogt@example.de" }] }).event.id, id);
  t.not(read("BOOKING_CREATED", { startTime: "2026-10-07T09:00:00Z" }).event.id, id);
  t.not(read("BOOKING_CREATED", { attendees: [{ ...attendee, email: "other@example.de" }] }).event.id, id);
  t.not(read("BOOKING_CREATED", { attendees: [{ ...attendee, bookingSeat: { referenceUid: "s2" } }] }).event.id, id);
  t.equal(read("BOOKING_CREATED", { uid: undefined }).event.id, "");
});

test("a move takes the place of the old booking", async (t) => {
  const { words, reading } = read("BOOKING_RESCHEDULED");
  t.same(words, ["booking.moved"]);
  t.match(reading, {
    id: "nEwUidAfterMove0000001",
    replaces: uid,
    startsAt: Date.parse("2026-10-06T09:00Z"),
    createdAt: null,
  });
  const moved = { rescheduleUid: uid };
  const asked = read("BOOKING_CREATED", { ...moved, status: "PENDING" }, { triggerEvent: "BOOKING_REQUESTED" });
  t.same([asked.words, asked.reading?.status, asked.reading?.replaces], [["booking.moved"], "requested", uid]);
  t.same(read("BOOKING_CREATED", moved).words, ["booking.moved"], "confirmed afterwards");
});

test("a cancellation is one unless the host asks for another time", async (t) => {
  t.match(read("BOOKING_CANCELLED"), { words: ["booking.cancelled"], reading: { status: "cancelled", id: uid } });
  t.equal(read("BOOKING_CANCELLED").reading?.endsAt, Date.parse("2026-10-05T09:30:00Z"), "+00:00 is Z");
  t.match(read("BOOKING_CANCELLED", { requestReschedule: true }), {
    words: [],
    reading: { status: "requested", id: uid },
  });
  const rejected = read("BOOKING_CREATED", { status: "REJECTED" }, { triggerEvent: "BOOKING_REJECTED" });
  t.match(rejected, { words: ["booking.cancelled"], reading: { status: "cancelled" } });
});

test("a request is no booking yet", async (t) => {
  const asked = read("BOOKING_CREATED", { status: "PENDING" }, { triggerEvent: "BOOKING_REQUESTED" });
  t.match(asked, { words: [], reading: { status: "requested" } });
  const silent = read("BOOKING_CREATED", { status: null }, { triggerEvent: "BOOKING_REQUESTED" });
  t.equal(silent.reading?.status, "requested");
  t.match(read("BOOKING_CREATED", {}, { triggerEvent: "BOOKING_PAID" }), { words: [], reading: { status: "booked" } });
});

test("a no-show joins the booking of the one who is marked", async (t) => {
  const { words, reading, event } = read("BOOKING_NO_SHOW_UPDATED");
  t.same(words, ["booking.noShow"]);
  t.match(reading, { status: "noShow", startsAt: null, aliases: [] });
  t.ok(read("BOOKING_CREATED").reading?.aliases.includes(reading!.id), "whose booking has this name too");
  const person = { email: "lena.vogt@example.de", noShow: false };
  const taken = read("BOOKING_NO_SHOW_UPDATED", { attendees: [person] }, { createdAt: "2026-10-05T10:05:00.000Z" });
  t.match(taken, { words: [], reading: { status: "booked", id: reading!.id } });
  t.not(taken.event.id, event.id);
  const remarked = read("BOOKING_NO_SHOW_UPDATED", {}, { createdAt: "2026-10-05T10:09:00.000Z" });
  t.not(remarked.event.id, event.id, "marked, unmarked and marked again are three events");
  const guest = read("BOOKING_NO_SHOW_UPDATED", { attendees: [{ email: "guest.one@example.de", noShow: true }] });
  t.notOk(
    read("BOOKING_CREATED").reading?.aliases.includes(guest.reading!.id),
    "a guest stays away without the booker",
  );
  t.match(read("BOOKING_NO_SHOW_UPDATED", { attendees: [] }), { words: [], reading: undefined }, "the host was marked");
});

test("several marked at once are an event each", async (t) => {
  const body = fixture("calcom-BOOKING_NO_SHOW_UPDATED.json");
  const attendees = [
    { email: "a@example.de", noShow: true },
    { email: "b@example.de", noShow: false },
  ];
  const request = post({ ...body, payload: { ...body.payload, attendees } });
  const events = connector.receive(request);
  t.same(
    events.map(({ words }) => words),
    [["booking.noShow"], []],
  );
  t.equal(new Set(events.map(({ id }) => id)).size, 2);
  for (const { body: kept, ...event } of events)
    t.same(connector.receive({ ...request, body: Buffer.from(kept!) }), [event]);
});

test("the end of a meeting is told by a snapshot", async (t) => {
  const { event, words, reading } = read("MEETING_ENDED");
  t.same(words, ["booking.ended"]);
  t.equal(event.occurredAt, Date.parse("2026-10-05T09:30:00Z"), "createdAt is when it was booked");
  t.match(reading, {
    id: uid,
    status: "ended",
    email: "lena.vogt@example.de",
    firstName: "Lena",
    lastName: "Vogt",
    language: "de",
  });
  t.match(reading, {
    staffEmail: "hallo@studio-kern.example.de",
    staffId: "5120",
    service: /^Erstgespräch between/,
    phone: null,
  });
  t.equal(reading?.aliases[0], "bookingId:1190421");
  const late = read("MEETING_ENDED", {}, { createdAt: "2026-10-05T09:30:01.000Z" });
  t.equal(late.reading?.version, Date.parse("2026-10-05T09:00:00Z"), "never newer than a mark of who did not come");
  t.ok(reading!.version! < read("BOOKING_CREATED").reading!.version!);
  t.same(read("MEETING_ENDED", { attendees: [{ ...attendee, noShow: true }] }).words, ["booking.noShow"]);
  t.match(read("MEETING_ENDED", { status: "CANCELLED" }), { words: [], reading: { status: "cancelled" } });
  const started = read("MEETING_ENDED", {}, { triggerEvent: "MEETING_STARTED" });
  t.match(started, {
    words: [],
    event: { occurredAt: Date.parse("2026-10-05T09:00:00Z") },
    reading: { status: "booked" },
  });
});

test("each seat is a booking", async (t) => {
  const seat = (email: string, more: object = {}) =>
    read("BOOKING_CREATED", { seatsPerTimeSlot: 8, attendees: [{ ...attendee, email }], ...more }).reading!;
  t.not(seat("a@example.de").id, seat("b@example.de").id);
  t.same(seat("a@example.de").aliases, [], "the number of the booking is everybody's");
  const marked = read("BOOKING_NO_SHOW_UPDATED", { attendees: [{ email: "a@example.de", noShow: true }] });
  t.equal(marked.reading?.id, seat("a@example.de").id);
  const moved = seat("a@example.de", { rescheduleUid: uid, uid: "new" });
  t.equal(moved.replaces, seat("a@example.de").id);
  const crowd = [attendee, { ...attendee, email: "b@example.de" }];
  t.match(
    read("MEETING_ENDED", { attendees: crowd }),
    { words: [], reading: undefined },
    "one end for all is nobody's",
  );
  t.match(read("MEETING_ENDED", { eventType: { seatsPerTimeSlot: 3 } }), { words: [], reading: undefined });
});

test("an address that stands for a phone gets no mail", async (t) => {
  const phoneOnly = { ...attendee, email: "491713920001@sms.cal.com", phoneNumber: null };
  const answers = {
    name: { value: { firstName: "Lena", lastName: "Vogt" } },
    email: { value: "+491713920001@sms.cal.com" },
  };
  const { reading } = read("BOOKING_CREATED", { attendees: [phoneOnly], responses: answers });
  t.match(reading, { email: null, phone: "+491713920001" });
  const given = read("BOOKING_CREATED", { attendees: [phoneOnly] });
  t.equal(given.reading?.email, "lena.vogt@example.de", "unless the form asked for a real one");
});

test("names, phones and addresses stand in several places", async (t) => {
  const { firstName: _, lastName: __, ...unnamed } = attendee;
  t.match(read("BOOKING_CREATED", { attendees: [{ ...unnamed, name: "Lena van Vogt" }] }).reading, {
    firstName: "Lena",
    lastName: "van Vogt",
  });
  t.match(
    read("BOOKING_CREATED", { attendees: [{ ...unnamed, name: "" }] }).reading,
    { firstName: "Lena", lastName: "Vogt" },
    "from the form",
  );
  const split = { name: { value: { firstName: "Lena", lastName: "V." } } };
  t.match(read("BOOKING_CREATED", { attendees: [{ ...unnamed, name: null }], responses: split }).reading, {
    lastName: "V.",
  });
  t.match(read("BOOKING_CREATED", { attendees: [] }).reading, {
    email: "lena.vogt@example.de",
    phone: "+491713920001",
    timeZone: null,
  });
  const smsOnly = { attendees: [{ ...attendee, phoneNumber: null }], responses: {}, smsReminderNumber: "+4930" };
  t.equal(read("BOOKING_CREATED", smsOnly).reading?.phone, "+4930");
  t.match(read("BOOKING_CREATED", { attendees: null, responses: null }).reading, {
    email: null,
    firstName: null,
    phone: null,
  });
});

test("a ping's people are made up", async (t) => {
  const ping = {
    triggerEvent: "PING",
    createdAt: "2026-10-01T08:00:00Z",
    payload: { type: "Test", attendees: [{ email: "jdoe@example.com" }] },
  };
  for (const body of [ping, { ...ping, triggerEvent: "BOOKING_CREATED" }, {}, { triggerEvent: "PING" }]) {
    const event = only(connector.receive(post(body)));
    t.match(event, { id: "", trial: "sample", words: [] });
    t.equal(connector.reading?.(event), undefined);
  }
  t.equal(only(connector.receive(post("{}"))).type, "PING");
});

test("a webhook without a secret is not signed", async (t) => {
  const header = { "x-cal-signature-256": "no-secret-provided" };
  t.throws(() => connector.verify(post("{}", header)), new Unauthorized("missing_signature"));
  t.throws(() => connected(calcom, ["no-secret-provided"]).verify(post("{}", header)), Unauthorized);
});

test("custom templates and unknown triggers", async (t) => {
  const form = post("triggerEvent=BOOKING_CREATED&uid=u1&email=a%40example.de", {
    "content-type": "application/x-www-form-urlencoded",
  });
  t.match(connector.reading?.(only(connector.receive(form))), { id: "u1" });
  t.throws(() => connector.receive(post({ title: "mine" })), /triggerEvent.*template/);
  t.throws(() => connector.receive(post("[]")), Malformed);
  const odd = only(connector.receive(post({ triggerEvent: "FORM_SUBMITTED", payload: { uid: "x" } })));
  t.match(odd, { type: "FORM_SUBMITTED", words: [] });
  t.equal(connector.reading?.(odd), undefined);
});
