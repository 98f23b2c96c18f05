import type { BookingReading, BookingStatus, InboundEvent, PlatformHttp } from "../../core/contracts/connector.js";
import type { Instant, Json } from "../../core/contracts/model.js";
import { ifThere } from "../call-back.js";
import { at, decimal, entries, text } from "../field.js";
import { bookingReading } from "../readings.js";
import { instant } from "../times.js";
import { customerOf } from "./customer-of.js";

const MINUTE = 60_000;

const statuses: ReadonlyMap<string, BookingStatus> = new Map([
  ["PENDING", "requested"],
  ["ACCEPTED", "booked"],
  ["DECLINED", "cancelled"],
  ["CANCELLED_BY_CUSTOMER", "cancelled"],
  ["CANCELLED_BY_SELLER", "cancelled"],
  ["NO_SHOW", "noShow"],
]);

/** The booking of an event; `undefined` when it is about none. */
export function bookingOf({ type, payload, fetched }: InboundEvent): BookingReading | undefined {
  const booking = type.startsWith("booking.") ? at(payload, "data", "object", "booking") : undefined;
  const id = text(at(booking, "id"));
  if (booking === undefined || id === null) return undefined;
  return {
    ...bookingReading({ id, ...customerOf(fetched) }),
    ...courseOf(booking),
    timeZone: text(at(fetched, "location", "timezone")),
  };
}

/**
 * Asks for the booking anew. The person, who is not in the answer, stays as read. Square forgets no booking: a token that may see only its
 * own finds none of the others, which says nothing of them.
 */
export async function again(booking: BookingReading, http: PlatformHttp): Promise<BookingReading> {
  const answer = await ifThere(http, `/v2/bookings/${encodeURIComponent(booking.id)}`);
  const found = at(answer, "booking");
  return found === undefined ? booking : { ...booking, ...courseOf(found) };
}

/** What a booking says of itself. Its service is the id of the variation that is booked first: names are in the catalog. */
function courseOf(booking: Json) {
  const segment = at(booking, "appointment_segments", 0);
  return {
    status: statuses.get(text(at(booking, "status")) ?? "") ?? null,
    service: text(at(segment, "service_variation_id")),
    startsAt: instant(at(booking, "start_at")),
    endsAt: endOf(booking),
    locationId: text(at(booking, "location_id")),
    staffId: text(at(segment, "team_member_id")),
    createdAt: instant(at(booking, "created_at")),
    updatedAt: instant(at(booking, "updated_at")),
    version: decimal(at(booking, "version")),
  };
}

/** Square names no end: services follow each other with pauses between them. What follows the last is the staff's time. */
function endOf(booking: Json): Instant | null {
  const start = instant(at(booking, "start_at"));
  const segments = entries(at(booking, "appointment_segments"));
  if (start === null || segments.length === 0) return null;
  let minutes = 0;
  for (const [index, segment] of segments.entries()) {
    const duration = decimal(at(segment, "duration_minutes"));
    if (duration === null) return null;
    minutes += duration + (index < segments.length - 1 ? (decimal(at(segment, "intermission_minutes")) ?? 0) : 0);
  }
  return start + minutes * MINUTE;
}
