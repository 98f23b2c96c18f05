import type { JsonObject } from "../../core/contracts/model.js";
import type { PlatformServer } from "./platform-server.js";
import { iso, next, recorded, type Delivery } from "./telling.js";

/** A booking of a test. */
export interface Booked {
  id: number;
  email: string;
  startsAt: number;
  /** An hour later by default. */
  endsAt?: number;
  /** How often it has changed. */
  change: number;
}

/** What a platform sends about a booking. Each call is a delivery of its own. */
export interface BookingPlatform {
  /** As YAML in one line. */
  api?: string;
  created(booking: Booked): Delivery;
  moved(booking: Booked): Delivery;
  cancelled(booking: Booked): Delivery;
  noShow(booking: Booked): Delivery;
  /** Where the platform tells the end itself. */
  ended?(booking: Booked): Delivery;
  /** Whoever booked has a phone only. */
  phoneOnly(booking: Booked): Delivery;
  /** It asks the platform for what is true now, so that nothing is told too late. */
  asks?: boolean;
  /** What it tells again is the same delivery. */
  tellsOnce?: boolean;
}

const begin = Date.now();
/** When a change was made, by the platform's clock. */
const changedAt = ({ change }: Booked): string => iso(begin + change * 1000);
const endOf = ({ startsAt, endsAt = startsAt + 3_600_000 }: Booked): number => endsAt;
const body = (value: JsonObject): Delivery => ({ text: JSON.stringify(value) });

function calendly(): BookingPlatform {
  const uri = (id: number, change: number): string =>
    `https://api.calendly.com/scheduled_events/e${id}-${change}/invitees/i${id}-${change}`;
  /** A booking that moves is another one each time. */
  const invitee = (booking: Booked, event: string, nth: number, more: JsonObject = {}): Delivery => {
    const { payload } = recorded("calendly-invitee.created.json") as { payload: JsonObject };
    const times = { start_time: iso(booking.startsAt), end_time: iso(endOf(booking)) };
    const own = {
      uri: uri(booking.id, nth),
      email: booking.email,
      old_invitee: nth > 0 ? uri(booking.id, nth - 1) : null,
    };
    const told = { ...own, updated_at: changedAt(booking), ...more };
    const scheduled = { ...(payload["scheduled_event"] as JsonObject), ...times };
    return body({
      event,
      created_at: changedAt(booking),
      payload: { ...payload, ...told, scheduled_event: scheduled },
    });
  };
  return {
    created: (booking) => invitee(booking, "invitee.created", 0),
    moved: (booking) => invitee(booking, "invitee.created", booking.change),
    cancelled: (booking) => invitee(booking, "invitee.canceled", 0, { status: "canceled", rescheduled: false }),
    noShow: (booking) =>
      invitee(booking, "invitee_no_show.created", 0, { no_show: { uri: "x", created_at: changedAt(booking) } }),
    phoneOnly: (booking) => invitee(booking, "invitee.created", 0, { email: "" }),
  };
}

function calcom(): BookingPlatform {
  const said = (booking: Booked, triggerEvent: string, payload: JsonObject): Delivery =>
    body({ triggerEvent, createdAt: changedAt(booking), payload });
  const whole = (file: string, booking: Booked, nth: number, more: JsonObject = {}): JsonObject => {
    const { payload } = recorded(`calcom-${file}.json`) as { payload: JsonObject };
    const [booker, guest] = payload["attendees"] as JsonObject[];
    const own = { uid: `u${booking.id}-${nth}`, bookingId: booking.id * 100 + nth };
    const times = { startTime: iso(booking.startsAt), endTime: iso(endOf(booking)) };
    const attendees = [{ ...booker, email: booking.email }, guest ?? {}];
    return { ...payload, ...own, ...times, attendees, responses: {}, ...more };
  };
  return {
    created: (booking) => said(booking, "BOOKING_CREATED", whole("BOOKING_CREATED", booking, 0)),
    moved: (booking) =>
      said(
        booking,
        "BOOKING_RESCHEDULED",
        whole("BOOKING_RESCHEDULED", booking, booking.change, {
          rescheduleUid: `u${booking.id}-${booking.change - 1}`,
        }),
      ),
    cancelled: (booking) => said(booking, "BOOKING_CANCELLED", whole("BOOKING_CANCELLED", booking, 0)),
    noShow: (booking) =>
      said(booking, "BOOKING_NO_SHOW_UPDATED", {
        ...{ bookingUid: `u${booking.id}-0`, bookingId: booking.id * 100 },
        attendees: [{ email: booking.email, noShow: true }],
      }),
    ended(booking) {
      const told = whole("BOOKING_CREATED", booking, 0);
      const guests = { responses: { email: booking.email, guests: ["guest.one@example.de"] } };
      return body({
        triggerEvent: "MEETING_ENDED",
        createdAt: changedAt(booking),
        ...told,
        ...guests,
        id: booking.id * 100,
      });
    },
    phoneOnly: (booking) =>
      said(booking, "BOOKING_CREATED", whole("BOOKING_CREATED", { ...booking, email: "491713920001@sms.cal.com" }, 0)),
    tellsOnce: true,
  };
}

function mindbody(): BookingPlatform {
  const said = (topic: string, booking: Booked, more: JsonObject = {}): Delivery => {
    const told = recorded(`mindbody-appointmentBooking.${topic}.json`);
    const times = { startDateTime: iso(booking.startsAt), endDateTime: iso(endOf(booking)) };
    const whole = topic === "cancelled" ? {} : { ...times, clientEmail: booking.email };
    const eventData = { ...(told["eventData"] as JsonObject), appointmentId: booking.id, ...whole, ...more };
    return body({ ...told, messageId: next(), eventInstanceOriginationDate: changedAt(booking), eventData });
  };
  return {
    created: (booking) => said("created", booking),
    moved: (booking) => said("updated", booking, { status: "Scheduled" }),
    cancelled: (booking) => said("cancelled", booking),
    noShow: (booking) => said("updated", booking, { status: "NoShow" }),
    ended: (booking) => said("updated", booking, { status: "Completed" }),
    phoneOnly: (booking) => said("created", booking, { clientEmail: null }),
  };
}

function square(platform: PlatformServer): BookingPlatform {
  const said = (
    topic: string,
    booking: Booked,
    more: JsonObject = {},
    email: string | null = booking.email,
  ): Delivery => {
    const { data } = recorded("square-booking.created.json") as { data: { object: { booking: JsonObject } } };
    const minutes = (endOf(booking) - booking.startsAt) / 60_000;
    const own = { id: `b${booking.id}`, customer_id: `c${booking.id}`, version: booking.change };
    const segments = { appointment_segments: [{ duration_minutes: minutes, team_member_id: "t" }] };
    const times = { start_at: iso(booking.startsAt), updated_at: changedAt(booking) };
    const object = { booking: { ...data.object.booking, ...own, ...segments, ...times, ...more } };
    const event = { type: `booking.${topic}`, event_id: next(), created_at: changedAt(booking), data: { object } };
    const given = (): void => {
      platform.set(`/v2/customers/c${booking.id}`, { customer: { given_name: "Noa", email_address: email } });
      platform.set(`/v2/bookings/b${booking.id}`, object);
    };
    return { ...body(event), given };
  };
  return {
    api: `{ baseUrl: "${platform.url}", accessToken: t }`,
    created: (booking) => said("created", booking),
    moved: (booking) => said("updated", booking),
    cancelled: (booking) => said("updated", booking, { status: "CANCELLED_BY_CUSTOMER" }),
    noShow: (booking) => said("updated", booking, { status: "NO_SHOW" }),
    phoneOnly: (booking) => said("created", booking, {}, null),
  };
}

function acuity(platform: PlatformServer): BookingPlatform {
  const said = (action: string, booking: Booked, more: JsonObject = {}): Delivery => ({
    text: `action=${action}&id=${booking.id}&calendarID=6612034&appointmentTypeID=48213377`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    given() {
      const { id, email, startsAt } = booking;
      const times = {
        datetime: iso(startsAt).replace(/\.\d+Z/, "+0000"),
        duration: String((endOf(booking) - startsAt) / 60_000),
      };
      const appointment = { ...recorded("acuity-api-appointment.json"), id, email, ...times, ...more };
      platform.set(`/api/v1/appointments/${id}`, appointment);
    },
  });
  return {
    api: `{ baseUrl: "${platform.url}", userId: "1", apiKey: k }`,
    created: (booking) => said("scheduled", booking),
    moved: (booking) => said("rescheduled", booking),
    cancelled: (booking) => said("canceled", booking, { canceled: true }),
    noShow: (booking) => said("changed", booking, { noShow: true }),
    phoneOnly: (booking) => said("scheduled", { ...booking, email: "" }),
    asks: true,
  };
}

/** By the connector's name. */
export function bookingPlatforms(platform: PlatformServer): Record<string, BookingPlatform> {
  return {
    calendly: calendly(),
    calcom: calcom(),
    mindbody: mindbody(),
    square: square(platform),
    acuity: acuity(platform),
  };
}
