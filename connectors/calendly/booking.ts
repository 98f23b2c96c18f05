import type { BookingReading, BookingStatus, InboundEvent } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";
import { at, entries, text } from "../field.js";
import { first, names, namesOf } from "../person.js";
import { bookingReading } from "../readings.js";
import { instant } from "../times.js";

/** What an event of Calendly says of the booking, of which every invitee has one. */
export function readBooking({ type, payload, fetched }: InboundEvent): BookingReading | undefined {
  const noShow = type.startsWith("invitee_no_show.");
  if (!noShow && !type.startsWith("invitee.")) return undefined;
  const told = at(payload, "payload");
  const named = text(at(told, "invitee"));
  const invitee = fetched?.invitee ?? (named === null ? told : { uri: named });
  if (type === "invitee.canceled" && at(invitee, "rescheduled") === true) return undefined;
  const booking = bookingOf(invitee, fetched?.event ?? at(invitee, "scheduled_event"));
  if (!booking || !noShow) return booking;
  return {
    ...booking,
    status: type === "invitee_no_show.created" ? "noShow" : (statusOf(invitee, false) ?? "booked"),
    // Marking somebody does not touch the invitee's own time.
    version: latest(booking.version, instant(at(payload, "created_at"))),
  };
}

/** The booking of an invitee to an event, both as the API gives them. */
export function bookingOf(invitee: Json | undefined, event: Json | undefined): BookingReading | undefined {
  const id = text(at(invitee, "uri"));
  if (id === null) return undefined;
  const host = at(event, "event_memberships", 0);
  const updatedAt = instant(at(invitee, "updated_at"));
  return bookingReading({
    id,
    replaces: text(at(invitee, "old_invitee")),
    status: statusOf(invitee, text(at(invitee, "no_show", "uri")) !== null),
    service: text(at(event, "name")),
    startsAt: instant(at(event, "start_time")),
    endsAt: instant(at(event, "end_time")),
    timeZone: text(at(invitee, "timezone")),
    email: text(at(invitee, "email")),
    ...first(names(at(invitee, "first_name"), at(invitee, "last_name")), namesOf(at(invitee, "name"))),
    phone: text(at(invitee, "text_reminder_number")) ?? answeredPhone(invitee),
    locationId: text(at(event, "location", "location"), at(event, "location", "type")),
    staffId: text(at(host, "user")),
    staffEmail: text(at(host, "user_email")),
    createdAt: instant(at(invitee, "created_at")),
    updatedAt,
    version: latest(
      updatedAt,
      instant(at(invitee, "cancellation", "created_at")),
      instant(at(invitee, "no_show", "created_at")),
    ),
  });
}

function statusOf(invitee: Json | undefined, noShow: boolean): BookingStatus | null {
  const status = at(invitee, "status");
  if (status === "canceled" || at(invitee, "canceled") === true) return "cancelled";
  if (noShow) return "noShow";
  return status === "active" ? "booked" : null;
}

/** A form may ask for the phone in a question of its own. */
function answeredPhone(invitee: Json | undefined): string | null {
  for (const entry of entries(at(invitee, "questions_and_answers"))) {
    const answer = text(at(entry, "answer"));
    const asked = /phone|mobile|\bcell\b|\btel\b|telefon|handy|t[ée]l[ée]fon/i.test(text(at(entry, "question")) ?? "");
    if (asked && answer !== null && /^\+?[\d\s()./-]{6,}$/.test(answer)) return answer;
  }
  return null;
}

function latest(...times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
