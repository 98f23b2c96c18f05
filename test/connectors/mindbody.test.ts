import { test } from "tap";
import { mindbody } from "../../connectors/mindbody.js";
import { bookingReading } from "../../connectors/readings.js";
import { Malformed } from "../../core/contracts/errors.js";
import { connected, fixture, only, post } from "./recordings.js";

const connector = connected(mindbody, ["exampleMindbodyMessageSignatureKey"]);

function receive(topic: string, data: object = {}, envelope: object = {}) {
  const body = fixture(`mindbody-${topic}.json`);
  return only(connector.receive(post({ ...body, ...envelope, eventData: { ...body.eventData, ...data } })));
}

test("an appointment is read whole", async (t) => {
  const event = receive("appointmentBooking.created");
  t.match(event, { id: "9lL3CdYMAtHxaqQ9RMmjDi", type: "appointmentBooking.created", words: ["booking.created"] });
  const at = Date.parse("2026-10-05T13:20:05Z");
  t.equal(event.occurredAt, at);
  t.same(
    connector.reading?.(event),
    bookingReading({
      id: "-99:121212",
      status: "booked",
      startsAt: Date.parse("2026-10-05T14:00:00Z"),
      endsAt: Date.parse("2026-10-05T15:00:00Z"),
      email: "ines.duarte@example.pt",
      firstName: "Ines",
      lastName: "Duarte",
      phone: "8055550101",
      locationId: "1",
      staffId: "5",
      updatedAt: at,
      version: at,
    }),
  );
});

test("an update is what the status says", async (t) => {
  const words = (status: unknown) => receive("appointmentBooking.updated", { status }).words;
  const status = (told: unknown) =>
    connector.reading?.(receive("appointmentBooking.updated", { status: told }))?.status;
  t.same(words("Completed"), ["booking.ended"]);
  t.same(words("Scheduled"), ["booking.moved"]);
  for (const told of ["NoShow", "No Show", "no-show"]) t.same(words(told), ["booking.noShow"], told);
  for (const told of ["Cancelled", "Canceled", "LateCancelled", "Late Canceled"])
    t.same(words(told), ["booking.cancelled"], told);
  t.same(
    [status("Completed"), status("Confirmed"), status("NoShow"), status("Cancelled")],
    ["ended", "booked", "noShow", "cancelled"],
  );
  t.same(
    [words("Gone fishing"), status("Gone fishing")],
    [["booking.moved"], null],
    "a word that nobody has confirmed",
  );
  t.same([words(null), status(null)], [["booking.moved"], null]);
  t.same(
    receive("appointmentBooking.created", { status: "Completed" }).words,
    ["booking.created", "booking.ended"],
    "entered afterwards",
  );
});

test("a cancellation joins by site and appointment", async (t) => {
  const event = receive("appointmentBooking.cancelled");
  t.same(event.words, ["booking.cancelled"]);
  t.match(connector.reading?.(event), { id: "-99:121212", status: "cancelled", email: null });
  t.not(connector.reading?.(receive("appointmentBooking.cancelled", { siteId: 7 }))?.id, "-99:121212");
});

test("places in classes are bookings of their own", async (t) => {
  const place = {
    appointmentId: undefined,
    classRosterBookingId: 991,
    startDateTime: undefined,
    endDateTime: undefined,
    classStartDateTime: "2026-10-06T09:00:00Z",
    classEndDateTime: "2026-10-06T10:00:00Z",
    status: undefined,
    signedInStatus: "NotSignedIn",
  };
  const created = receive("appointmentBooking.created", place, { eventId: "classRosterBooking.created" });
  t.same(created.words, ["booking.created"]);
  t.match(connector.reading?.(created), {
    id: "-99:class:991",
    status: "booked",
    startsAt: Date.parse("2026-10-06T09:00:00Z"),
    endsAt: Date.parse("2026-10-06T10:00:00Z"),
    email: "ines.duarte@example.pt",
  });
  const eventId = "classRosterBookingStatus.updated";
  const arrived = receive(
    "appointmentBooking.cancelled",
    { classRosterBookingId: 991, signedInStatus: "SignedIn" },
    { eventId },
  );
  t.same([arrived.words, connector.reading?.(arrived)?.status], [[], "booked"]);
  const absent = receive(
    "appointmentBooking.cancelled",
    { classRosterBookingId: 991, signedInStatus: "No Show" },
    { eventId },
  );
  t.same(absent.words, ["booking.noShow"]);
  const cancelled = receive(
    "appointmentBooking.cancelled",
    { classRosterBookingId: 991 },
    { eventId: "classRosterBooking.cancelled" },
  );
  t.same([cancelled.words, connector.reading?.(cancelled)?.id], [["booking.cancelled"], "-99:class:991"]);
});

test("what may say how somebody's health is, is in nothing that is kept", async (t) => {
  const secrets = { notes: "left knee", formulaNotes: "6% + red", icdCodes: [{ code: "M25.5" }], Notes: "again" };
  const event = receive("appointmentBooking.created", { ...secrets, resources: [{ id: 1, notes: "wheelchair" }] });
  t.notMatch(JSON.stringify(event), /knee|6%|M25|again|wheelchair|otes|icd/i);
  t.match(event.payload, { eventData: { clientEmail: "ines.duarte@example.pt", resources: [{ id: 1 }] } });
  t.same(JSON.parse(event.body!), event.payload, "the kept body is the rest of it");
  t.equal(receive("appointmentBooking.cancelled").body, undefined, "a body without such fields stays as it came");
});

test("whether we are there is asked by HEAD", async (t) => {
  t.same(connector.methods, ["HEAD"]);
  t.same(connector.handshake?.({ ...post(""), method: "HEAD" }), { status: 200 });
});

test("what is about no booking is kept and read as none", async (t) => {
  const client = receive(
    "appointmentBooking.cancelled",
    { sendPromotionalEmails: false },
    { eventId: "client.updated" },
  );
  t.same([client.words, connector.reading?.(client)], [[], undefined]);
  const siteless = receive("appointmentBooking.cancelled", { siteId: null });
  t.equal(connector.reading?.(siteless), undefined);
  const nameless = receive(
    "appointmentBooking.cancelled",
    {},
    {
      messageId: null,
      eventInstanceOriginationDate: undefined,
      eventInstanceOriginationDateTime: "2026-10-05T13:20:05Z",
    },
  );
  t.match(nameless, { id: "", occurredAt: Date.parse("2026-10-05T13:20:05Z") });
  t.throws(() => connector.receive(post({ messageId: "1" })), new Malformed("The body has no eventId"));
  t.throws(() => connector.receive(post("[]")), Malformed);
});

test("the prefix belongs to the signature", async (t) => {
  const body = "{}";
  const signed = connector.sign(Buffer.from(body), {}, 0)["x-mindbody-signature"]!;
  t.match(signed, /^sha256=[A-Za-z0-9+/]{43}=$/);
  t.throws(() => connector.verify(post(body, { "x-mindbody-signature": signed.slice("sha256=".length) })));
  t.throws(() => connected(mindbody, []).sign(Buffer.from(body), {}, 0), /no secret to sign with/);
});
