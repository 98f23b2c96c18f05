import type {
  BookingStatus,
  Connector,
  EventWord,
  InboundEvent,
  WebhookRequest,
} from "../../core/contracts/connector.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { bodyHmac } from "../body-hmac.js";
import type { ConnectorType } from "../connector-type.js";
import { at, entries, text } from "../field.js";
import { parseJson, utf8 } from "../json.js";
import { isForm, parsedBody } from "../parsed-body.js";
import { instant } from "../times.js";
import { notesIn, withoutFields } from "../without-fields.js";
import { addressOf, digest, hasSeveralBookers, readBooking, statusOf, uidOf } from "./booking.js";

const header = "x-cal-signature-256";
/** What stands in the header when the webhook has no secret. */
const unsigned = "no-secret-provided";

/**
 * Speaks Cal.com's webhooks: hexadecimal HMAC-SHA256 over the body. https://cal.com/docs/developing/guides/automation/webhooks
 * `BOOKING_*` put the booking under `payload`, `MEETING_*` at the top. A moved booking gets a new uid and names the old one. In an event
 * with seats all seats share the uid, so each is a booking under its uid and a digest of its address. What a host does to let the
 * attendee choose another time comes as a cancellation and is none: the booking is `requested` until that time is chosen.
 */
export const calcom: ConnectorType = {
  name: "calcom",
  reads: ["booking"],
  options: {},
  topics: [
    "BOOKING_CREATED",
    "BOOKING_RESCHEDULED",
    "BOOKING_CANCELLED",
    "BOOKING_REQUESTED",
    "BOOKING_REJECTED",
    "BOOKING_PAID",
    "BOOKING_PAYMENT_INITIATED",
    "BOOKING_NO_SHOW_UPDATED",
    "MEETING_STARTED",
    "MEETING_ENDED",
    "RECORDING_READY",
    "RECORDING_TRANSCRIPTION_GENERATED",
    "FORM_SUBMITTED",
    "FORM_SUBMITTED_NO_EVENT",
    "INSTANT_MEETING",
    "OOO_CREATED",
    "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
    "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
    "PING",
  ],
  connect({ secrets }) {
    const signature = bodyHmac({ header, encoding: "hex" }, secrets);
    return {
      ...signature,
      verify(request) {
        if (request.headers[header]?.trim() === unsigned) throw new Unauthorized("missing_signature");
        signature.verify(request);
      },
      receive,
      reading: readBooking,
    };
  },
};

/** What an attendee writes to the host may be about somebody's health. The answers to questions of the form's own are for mappings. */
const notes = notesIn("additionalNotes", "notes");

const receive: Connector["receive"] = (request) => {
  const { body, kept } = bodyOf(request);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Malformed("The body is no JSON object");
  }
  const noShows = entries(at(body, "payload", "attendees"));
  if (body.triggerEvent !== "BOOKING_NO_SHOW_UPDATED" || noShows.length < 2) {
    return [{ ...eventOf(body), ...(kept !== undefined && { body: kept }) }];
  }
  // Each of several attendees has a booking of their own, or none as a guest.
  return noShows.map((attendee) => {
    const one = { ...body, payload: { ...(body.payload as JsonObject), attendees: [attendee] } };
    return { ...eventOf(one), body: JSON.stringify(one) };
  });
};

/** `kept`: the text to keep, where it is not the one that came. */
function bodyOf(request: WebhookRequest): { body: Json; kept?: string } {
  if (isForm(request)) return { body: parsedBody(request) };
  const came = utf8(request.body);
  const kept = withoutFields(came, notes);
  return { body: parseJson(kept), ...(kept !== came && { kept }) };
}

function eventOf(body: JsonObject): InboundEvent {
  const type = Object.keys(body).length === 0 ? "PING" : text(body.triggerEvent);
  if (type === null) {
    throw new Malformed("The body has no triggerEvent: a custom payload template of the webhook must keep it");
  }
  const booking = at(body, "payload") ?? body;
  const sample = type === "PING" || at(booking, "type") === "Test";
  return {
    id: sample ? "" : idOf(type, body, booking),
    type,
    words: sample ? [] : words(type, booking),
    occurredAt: occurredAt(type, body, booking),
    payload: body,
    ...(sample && { trial: "sample" as const }),
  };
}

/** Deliveries have no id. The same webhook for a person, a team and an event type tells one thing up to three times, at slightly other times. */
function idOf(type: string, body: JsonObject, booking: Json): string {
  const uid = uidOf(booking);
  if (uid === null) return "";
  const parts = [
    type,
    uid,
    // A person may be marked, unmarked and marked again.
    text(at(booking, "startTime"), type === "BOOKING_NO_SHOW_UPDATED" ? body.createdAt : undefined),
    digest(addressOf(booking)),
    // A seat may be given up and booked again.
    text(at(booking, "attendees", 0, "bookingSeat", "referenceUid")),
  ];
  return parts.filter((part) => part !== null).join(":");
}

/** Meetings are told of by a snapshot that was taken when they were booked, and of which `createdAt` tells the time. */
function occurredAt(type: string, body: JsonObject, booking: Json): number | null {
  if (type === "MEETING_STARTED") return instant(at(booking, "startTime"));
  if (type === "MEETING_ENDED") return instant(at(booking, "endTime"));
  return instant(body.createdAt);
}

function words(type: string, booking: Json): EventWord[] {
  const moved = text(at(booking, "rescheduleUid")) !== null;
  switch (type) {
    case "BOOKING_CREATED":
      return moved ? ["booking.moved"] : ["booking.created"];
    case "BOOKING_RESCHEDULED":
      return ["booking.moved"];
    case "BOOKING_REQUESTED":
      return moved ? ["booking.moved"] : [];
    case "BOOKING_CANCELLED":
      return at(booking, "requestReschedule") === true ? [] : ["booking.cancelled"];
    case "BOOKING_REJECTED":
      return ["booking.cancelled"];
    case "BOOKING_NO_SHOW_UPDATED":
      return at(booking, "attendees", 0, "noShow") === true ? ["booking.noShow"] : [];
    case "MEETING_ENDED":
      return hasSeveralBookers(booking) ? [] : endWords(statusOf(type, booking));
    default:
      return [];
  }
}

function endWords(status: BookingStatus | null): EventWord[] {
  if (status === "ended") return ["booking.ended"];
  return status === "noShow" ? ["booking.noShow"] : [];
}
