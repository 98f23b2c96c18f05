import { createHash } from "node:crypto";
import type { BookingReading, BookingStatus, InboundEvent } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";
import { at, entries, text } from "../field.js";
import { first, language, names, namesOf, type Names } from "../person.js";
import { bookingReading } from "../readings.js";
import { instant } from "../times.js";

/** Stands for a phone in place of an address: nobody reads mail there. */
const phoneAddress = /^\+?(\d+)@sms\.cal\.com$/i;

const statuses: Readonly<Record<string, BookingStatus>> = {
  ACCEPTED: "booked",
  PENDING: "requested",
  AWAITING_HOST: "requested",
  CANCELLED: "cancelled",
  REJECTED: "cancelled",
};

/** What an event of Cal.com says of the booking. */
export function readBooking({ type, payload, trial }: InboundEvent): BookingReading | undefined {
  const booking = at(payload, "payload") ?? payload;
  const uid = uidOf(booking);
  if (trial !== undefined || uid === null || !/^(BOOKING|MEETING)_/.test(type)) return undefined;
  const noShow = type === "BOOKING_NO_SHOW_UPDATED";
  const meeting = type.startsWith("MEETING_");
  // Marks on the host alone, and meetings of several bookers, are about nobody's booking.
  if (noShow ? at(booking, "attendees", 0) === undefined : meeting && hasSeveralBookers(booking)) return undefined;

  const own = `:${digest(addressOf(booking)) ?? ""}`;
  const seated = hasSeats(booking);
  const bookingId = text(at(booking, meeting ? "id" : "bookingId"));
  const replaced = text(at(booking, "rescheduleUid"));
  const startsAt = instant(at(booking, "startTime"));
  const toldAt = instant(at(payload, "createdAt"));
  return bookingReading({
    // Whoever is marked as a no-show may have had a seat or the whole booking, which has this as an alias.
    id: seated || noShow ? uid + own : uid,
    aliases: seated || noShow ? [] : [...(bookingId === null ? [] : [`bookingId:${bookingId}`]), uid + own],
    replaces: replaced === null || !seated ? replaced : replaced + own,
    status: statusOf(type, booking),
    service: text(at(booking, "eventTitle"), at(booking, "type"), at(booking, "title")),
    startsAt,
    endsAt: instant(at(booking, "endTime")),
    ...booker(booking),
    locationId: text(at(booking, "location")),
    staffId: text(at(booking, "organizer", "id"), at(booking, "userId")),
    staffEmail: text(at(booking, "organizer", "email"), at(booking, "user", "email")),
    createdAt: type === "BOOKING_CREATED" || type === "BOOKING_REQUESTED" ? toldAt : null,
    updatedAt: meeting ? null : toldAt,
    // What a snapshot says is as old as the booking, whenever it is told.
    version: meeting && toldAt !== null && startsAt !== null ? Math.min(toldAt, startsAt) : toldAt,
  });
}

/** What the event of this type makes of a booking; `null` when neither says. */
export function statusOf(type: string, booking: Json): BookingStatus | null {
  const told = statuses[text(at(booking, "status"))?.toUpperCase() ?? ""] ?? null;
  switch (type) {
    case "BOOKING_CANCELLED":
      return at(booking, "requestReschedule") === true ? "requested" : "cancelled";
    case "BOOKING_REJECTED":
      return "cancelled";
    case "BOOKING_REQUESTED":
      return told ?? "requested";
    case "BOOKING_NO_SHOW_UPDATED":
      return at(booking, "attendees", 0, "noShow") === true ? "noShow" : "booked";
    case "MEETING_ENDED":
      if (told === "cancelled") return told;
      return at(booking, "attendees", 0, "noShow") === true ? "noShow" : "ended";
    default:
      return told;
  }
}

/** The booking's, whichever way the event names it. */
export function uidOf(booking: Json): string | null {
  return text(at(booking, "uid"), at(booking, "bookingUid"));
}

/** The address that the booking was made with, a phone's included. */
export function addressOf(booking: Json): string | null {
  return text(at(booking, "attendees", 0, "email"), answered(booking, "email"));
}

/** Stands for an address in ids, which outlive the person. */
export function digest(address: string | null): string | null {
  return address === null ? null : createHash("sha256").update(address.toLowerCase()).digest("hex").slice(0, 16);
}

/** Whether a meeting, which is told of once for all, was booked by more than one: the others are no guests of the first. */
export function hasSeveralBookers(meeting: Json): boolean {
  const guests = new Set(entries(answered(meeting, "guests")).map((guest) => text(guest)?.toLowerCase()));
  const others = entries(at(meeting, "attendees")).slice(1);
  return hasSeats(meeting) || others.some((other) => !guests.has(text(at(other, "email"))?.toLowerCase()));
}

function hasSeats(booking: Json): boolean {
  const seats = at(booking, "seatsPerTimeSlot") ?? at(booking, "eventType", "seatsPerTimeSlot");
  return Number(seats) > 0 || text(at(booking, "attendees", 0, "bookingSeat", "referenceUid")) !== null;
}

/** The first attendee: those after are guests. */
function booker(booking: Json): Names & Pick<BookingReading, "email" | "phone" | "timeZone" | "language"> {
  const attendee = at(booking, "attendees", 0);
  const address = addressOf(booking);
  const name = answered(booking, "name");
  return {
    email: [address, text(answered(booking, "email"))].find((one) => one !== null && !phoneAddress.test(one)) ?? null,
    ...first(
      names(at(attendee, "firstName"), at(attendee, "lastName")),
      namesOf(at(attendee, "name")),
      names(at(name, "firstName"), at(name, "lastName")),
      namesOf(name),
    ),
    phone: text(
      at(attendee, "phoneNumber"),
      answered(booking, "attendeePhoneNumber"),
      at(booking, "smsReminderNumber"),
      phoneOf(address),
    ),
    timeZone: text(at(attendee, "timeZone")),
    language: language(text(at(attendee, "language", "locale"), at(attendee, "locale"))),
  };
}

/** An answer of the booking form, which stands under `value`, and in meetings by itself. */
function answered(booking: Json, field: string): Json | undefined {
  const answer = at(booking, "responses", field);
  return typeof answer === "object" && answer !== null && "value" in answer ? answer.value : answer;
}

function phoneOf(address: string | null): string | undefined {
  const digits = phoneAddress.exec(address ?? "")?.[1];
  return digits === undefined ? undefined : `+${digits}`;
}
