import { createHmac } from "node:crypto";
import type { Random } from "../random.js";
import { goneCustomer, type Platform } from "./platform.js";
import type { Delivery, Run, Story } from "./story.js";

/** The URL is signed with the body: as the subscription names it, wherever the program listens. */
export const salon = { name: "salon", secret: "sq_of_the_faults", url: "https://furrow.example/webhooks/salon" };

const minute = 60_000;
const day = 24 * 60 * minute;
const latest = 2_000;

interface Booking {
  id: string;
  version: number;
  status: string;
  startsAt: number;
}

/** A booking of Square's, whose customer only `platform` knows: it stays, moves, is cancelled, or is over in a moment. */
export function booking(platform: Platform, number: number, random: Random): Story {
  const email = `booking-${number}@faults.example`;
  const id = `b${number}`;
  const later = random.between(0, latest);
  const fate = random.next();
  if (fate < 0.25) {
    const endsAt = Date.now() + random.between(500, 3_000);
    const visit: Booking = { id, version: 0, status: "ACCEPTED", startsAt: endsAt - 60 * minute };
    platform.bookings.set(id, asTold(visit, id));
    const runs: Run[] = [
      { sequence: "remind", ends: "passed", steps: ["booked"] },
      { sequence: "review", ends: "whole", steps: ["how"] },
    ];
    return { email, deliveries: [told(visit, id, 0)], runs };
  }
  const startsAt = Math.floor(Date.now() / minute) * minute + 30 * day;
  const customer = fate < 0.35 ? `${goneCustomer}${id}` : id;
  const at = (version: number, status: string, when: number, after: number): Delivery =>
    told({ id, version, status, startsAt: when }, customer, after);
  // One in five is told of before it is known.
  const first = random.next() < 0.2 ? random.between(0, latest) : 0;
  const deliveries = [at(0, "ACCEPTED", startsAt, first)];
  const moves = random.between(0, 2);
  for (let move = 1; move <= moves; move++)
    deliveries.push(at(move, "ACCEPTED", startsAt + move * day, random.between(0, latest)));
  const isOver = fate > 0.7;
  if (isOver) deliveries.push(at(moves + 1, "CANCELLED_BY_CUSTOMER", startsAt + moves * day, later));
  const run = { sequence: "remind", steps: ["booked"] };
  const dueAt = startsAt + (moves - 1) * day;
  if (customer !== id) return { email, deliveries, runs: [] };
  return { email, deliveries, runs: [isOver ? { ...run, ends: "over" } : { ...run, ends: "waits", dueAt }] };
}

function told(booking: Booking, customer: string, after: number): Delivery {
  const { id, version } = booking;
  const eventId = `${id}-v${version}`;
  const type = version === 0 ? "booking.created" : "booking.updated";
  const data = { type: "booking", id: `${id}:${version}`, object: { booking: asTold(booking, customer) } };
  const envelope = { merchant_id: "M1", type, event_id: eventId, created_at: new Date().toISOString() };
  const body = JSON.stringify({ ...envelope, data });
  const signature = createHmac("sha256", salon.secret).update(salon.url).update(body).digest("base64");
  return {
    source: salon.name,
    id: eventId,
    headers: { "content-type": "application/json", "x-square-hmacsha256-signature": signature },
    body,
    after,
    insists: true,
  };
}

/** As webhooks and the API have it. */
function asTold({ id, version, status, startsAt }: Booking, customer: string): object {
  const now = new Date().toISOString();
  const segment = { duration_minutes: 60, service_variation_id: "S1", team_member_id: "T1", intermission_minutes: 0 };
  return {
    ...{ id, version, status, created_at: now, updated_at: now, location_id: "L1", customer_id: customer },
    ...{ start_at: new Date(startsAt).toISOString(), appointment_segments: [segment] },
    ...{ customer_note: "", seller_note: "" },
  };
}
