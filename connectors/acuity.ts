import Joi from "joi";
import type { BookingReading, BookingStatus, Connector, EventWord, InboundEvent } from "../core/contracts/connector.js";
import { Malformed } from "../core/contracts/errors.js";
import type { Instant, Json } from "../core/contracts/model.js";
import { bodyHmac } from "./body-hmac.js";
import { ifThere } from "./call-back.js";
import type { ConnectorType } from "./connector-type.js";
import { at, decimal, text } from "./field.js";
import { origin } from "./origin.js";
import { formOf } from "./parsed-body.js";
import { names } from "./person.js";
import { bookingReading } from "./readings.js";
import { instant } from "./times.js";

const actions = ["scheduled", "rescheduled", "canceled", "changed"];
const changes: Readonly<Record<string, EventWord[]>> = {
  scheduled: ["booking.created"],
  rescheduled: ["booking.moved"],
};

interface AcuityApi {
  baseUrl: string;
  userId: string;
  apiKey: string;
}

/**
 * Speaks Acuity's webhooks: base64 HMAC-SHA256 over the form, with the API key of the account's owner, or of the user who made the
 * webhook. https://developers.acuityscheduling.com/docs/webhooks
 * The form carries ids only, so everything else comes from the API. Deliveries have no id, and two of one appointment may be alike to
 * the byte: each is an event. `changed` comes beside the other three and is read as what the appointment is by then; it may have moved or not.
 */
export const acuity: ConnectorType = {
  name: "acuity",
  reads: ["booking"],
  options: {
    api: Joi.object({
      baseUrl: origin.default("https://acuityscheduling.com"),
      userId: Joi.alternatives(Joi.string(), Joi.number()).required(),
      apiKey: Joi.string().required(),
    }).required(),
  },
  // Webhooks that were made by the API name them in full.
  topics: [...actions, ...actions.map((action) => `appointment.${action}`), "order.completed"],
  connect({ secrets, options }) {
    return {
      ...bodyHmac({ header: "x-acuity-signature", encoding: "base64" }, secrets),
      receive: ({ body }) => [eventOf(body)],
      reading,
      ...calls(options.api as AcuityApi),
    };
  },
};

function eventOf(body: Uint8Array): InboundEvent {
  const payload = formOf(body);
  const type = text(payload.action);
  if (type === null) throw new Malformed("The form has no action");
  if (!/^\d+$/.test(text(payload.id) ?? "")) throw new Malformed("The form has no id in digits");
  return { id: "", type, words: words(type, undefined), occurredAt: null, payload };
}

/** The appointment as it is now outweighs what was said of it. */
function words(type: string, appointment: Json | undefined): EventWord[] {
  switch (statusOf(type, appointment)) {
    case "cancelled":
      return ["booking.cancelled"];
    case "noShow":
      return ["booking.noShow"];
    case null:
      return [];
    default:
      return changes[actionOf(type)] ?? [];
  }
}

function statusOf(type: string, appointment: Json | undefined): BookingStatus | null {
  const action = actionOf(type);
  if (!actions.includes(action)) return null;
  if (action === "canceled" || at(appointment, "canceled") === true) return "cancelled";
  return at(appointment, "noShow") === true ? "noShow" : "booked";
}

function actionOf(type: string): string {
  return type.replace(/^appointment\./, "");
}

function reading({ type, payload, fetched }: InboundEvent): BookingReading | undefined {
  const id = text(at(payload, "id"));
  const status = statusOf(type, fetched?.appointment);
  return id === null || status === null ? undefined : bookingOf(id, status, fetched?.appointment);
}

function bookingOf(id: string, status: BookingStatus, appointment: Json | undefined): BookingReading {
  const startsAt = instant(at(appointment, "datetime"));
  return bookingReading({
    id,
    status,
    service: text(at(appointment, "type")),
    startsAt,
    endsAt: endOf(startsAt, decimal(at(appointment, "duration"))),
    timeZone: text(at(appointment, "timezone")),
    email: text(at(appointment, "email")),
    ...names(at(appointment, "firstName"), at(appointment, "lastName")),
    phone: text(at(appointment, "phone")),
    locationId: text(at(appointment, "location")),
    staffId: text(at(appointment, "calendarID")),
  });
}

/** `duration` in minutes. `endTime` is no help: a clock time without a date or a zone. */
function endOf(startsAt: Instant | null, duration: number | null): Instant | null {
  return startsAt !== null && duration !== null && duration > 0 ? startsAt + duration * 60_000 : null;
}

function calls({ baseUrl, userId, apiKey }: AcuityApi): Pick<Connector, "api" | "fetch" | "again"> {
  const path = (id: string) => `/api/v1/appointments/${encodeURIComponent(id)}`;
  return {
    api: {
      baseUrl,
      headers: { authorization: `Basic ${Buffer.from(`${userId}:${apiKey}`).toString("base64")}` },
      perSecond: 10,
    },
    async fetch(event, http) {
      const id = text(at(event.payload, "id"));
      if (id === null || !actions.includes(actionOf(event.type))) return event;
      // A cancellation is carried out although Acuity has forgotten the appointment.
      const cancelled = actionOf(event.type) === "canceled";
      const appointment = await (cancelled ? ifThere(http, path(id)) : http.get(path(id)));
      return { ...event, words: words(event.type, appointment), fetched: { appointment } };
    },
    async again({ id }, http) {
      const appointment = await http.get(path(id));
      return bookingOf(id, statusOf("changed", appointment) ?? "booked", appointment);
    },
  };
}
