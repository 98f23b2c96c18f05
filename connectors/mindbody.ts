import type { BookingReading, BookingStatus, EventWord, InboundEvent } from "../core/contracts/connector.js";
import { Malformed } from "../core/contracts/errors.js";
import type { Json } from "../core/contracts/model.js";
import { bodyHmac } from "./body-hmac.js";
import type { ConnectorType } from "./connector-type.js";
import { at, text } from "./field.js";
import { jsonObject, utf8 } from "./json.js";
import { names } from "./person.js";
import { bookingReading } from "./readings.js";
import { instant } from "./times.js";
import { withoutFields } from "./without-fields.js";

/** May say how somebody's health is: gone before anything is kept. In lower case. */
const health = new Set(["notes", "formulanotes", "icdcodes"]);

/** Appointments have these, whoever lists them; each in letters of lower case only. */
const statuses: Readonly<Record<string, BookingStatus>> = {
  requested: "requested",
  scheduled: "booked",
  booked: "booked",
  confirmed: "booked",
  arrived: "booked",
  signedin: "booked",
  completed: "ended",
  noshow: "noShow",
  absent: "noShow",
  cancelled: "cancelled",
  canceled: "cancelled",
  latecancelled: "cancelled",
  latecanceled: "cancelled",
  earlycancelled: "cancelled",
  earlycanceled: "cancelled",
};

/**
 * Speaks Mindbody's webhooks: base64 HMAC-SHA256 over the body behind `sha256=`. https://developers.mindbodyonline.com/WebhooksDocumentation
 * Reads appointments and places in classes; asks by HEAD whether we are there. Fields on health are in neither payload nor kept body.
 */
export const mindbody: ConnectorType = {
  name: "mindbody",
  reads: ["booking"],
  options: {},
  topics: [
    "appointmentBooking.created",
    "appointmentBooking.updated",
    "appointmentBooking.cancelled",
    "classRosterBooking.created",
    "classRosterBookingStatus.updated",
    "classRosterBooking.cancelled",
    "client.created",
    "client.updated",
  ],
  connect({ secrets }) {
    return {
      ...bodyHmac({ header: "x-mindbody-signature", prefix: "sha256=", encoding: "base64" }, secrets),
      methods: ["HEAD"],
      handshake: ({ method }) => (method === "HEAD" ? { status: 200 } : undefined),
      receive: ({ body }) => [eventOf(utf8(body))],
      reading,
    };
  },
};

function eventOf(came: string): InboundEvent {
  const kept = withoutFields(came, (key) => health.has(key.toLowerCase()));
  const payload = jsonObject(Buffer.from(kept));
  const type = text(payload.eventId);
  if (type === null) throw new Malformed("The body has no eventId");
  return {
    id: text(payload.messageId) ?? "",
    type,
    words: words(type, payload),
    occurredAt: originatedAt(payload),
    payload,
    ...(kept !== came && { body: kept }),
  };
}

function originatedAt(payload: Json): number | null {
  return (
    instant(at(payload, "eventInstanceOriginationDate")) ?? instant(at(payload, "eventInstanceOriginationDateTime"))
  );
}

function words(type: string, payload: Json): EventWord[] {
  const status = statusOf(type, payload);
  if (status === "cancelled") return ["booking.cancelled"];
  if (status === "noShow") return ["booking.noShow"];
  const ended: EventWord[] = status === "ended" ? ["booking.ended"] : [];
  if (type === "appointmentBooking.created" || type === "classRosterBooking.created")
    return ["booking.created", ...ended];
  return type === "appointmentBooking.updated" && status !== "ended" ? ["booking.moved"] : ended;
}

function statusOf(type: string, payload: Json): BookingStatus | null {
  if (/^(appointment|classRoster)Booking\.cancelled$/.test(type)) return "cancelled";
  const told = text(at(payload, "eventData", "status"), at(payload, "eventData", "signedInStatus"));
  const known = statuses[(told ?? "").toLowerCase().replace(/[^a-z]/g, "")];
  return known ?? (type.endsWith("Booking.created") ? "booked" : null);
}

function reading({ type, payload }: InboundEvent): BookingReading | undefined {
  const data = at(payload, "eventData");
  const id = idOf(type, data);
  if (id === null) return undefined;
  const version = originatedAt(payload);
  return bookingReading({
    id,
    status: statusOf(type, payload),
    startsAt:
      instant(at(data, "startDateTime")) ??
      instant(at(data, "classStartDateTime")) ??
      instant(at(data, "classDateTime")),
    endsAt: instant(at(data, "endDateTime")) ?? instant(at(data, "classEndDateTime")),
    service: text(at(data, "className")),
    email: text(at(data, "clientEmail")),
    ...names(at(data, "clientFirstName"), at(data, "clientLastName")),
    phone: text(at(data, "clientPhone")),
    locationId: text(at(data, "locationId")),
    staffId: text(at(data, "staffId")),
    updatedAt: version,
    version,
  });
}

/** Ids are counted per site, and appointments and places in classes each for themselves. */
function idOf(type: string, data: Json | undefined): string | null {
  const site = text(at(data, "siteId"));
  const appointment = type.startsWith("appointmentBooking.") ? text(at(data, "appointmentId")) : null;
  const place = type.startsWith("classRosterBooking") ? text(at(data, "classRosterBookingId")) : null;
  if (site === null) return null;
  if (appointment !== null) return `${site}:${appointment}`;
  return place === null ? null : `${site}:class:${place}`;
}
