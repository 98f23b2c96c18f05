import type { BookingReading, InboundEvent, WebhookRequest } from "../contracts/connector.js";
import { Malformed } from "../contracts/errors.js";
import type { Entity, InboxEvent, NewEvent } from "../contracts/inbox.js";
import { parseJson } from "../contracts/lossless-json.js";
import type { Duration, Instant, Json, JsonObject } from "../contracts/model.js";
import type { LoadedSource } from "../contracts/source.js";

const times = ["startsAt", "endsAt", "createdAt", "updatedAt"] as const;
const delayHeader = "furrow-ended-delay";

/** What a kept event says, read as it was when it came. Throws `Malformed`, and whatever a connector from elsewhere throws. */
export function readEvent(event: InboxEvent, { connector, home }: LoadedSource): InboundEvent {
  if (isTold(event)) return told(event);
  const url = new URL(home.url);
  url.search = event.query;
  const { headers, body, receivedAt } = event;
  const request: WebhookRequest = { method: "POST", url, headers, body, receivedAt };
  const [first, ...others] = connector.receive(request);
  if (!first || others.length > 0) throw new Malformed("What was kept of the event is not one event");
  return first;
}

/** The event that tells the end of a booking, once per end. */
export function endedEvent(entity: Entity, id: string, now: Instant): NewEvent {
  const { organization, source, key, endsAt, endedDueAt, data } = entity;
  return {
    id,
    organization,
    source,
    deliveryId: `ended:${key}:${endsAt}`,
    type: "booking.ended",
    occurredAt: endsAt,
    receivedAt: now,
    headers: { [delayHeader]: String((endedDueAt ?? 0) - (endsAt ?? 0)) },
    query: "",
    body: new TextEncoder().encode(JSON.stringify(data)),
    replayOf: null,
    dueAt: now,
  };
}

/** Whether we made the event: no platform brings this header, as requests are kept without names like it. */
export function isTold({ type, headers }: Pick<InboxEvent, "type" | "headers">): boolean {
  return type === "booking.ended" && delayHeader in headers;
}

/** After the booking's end. */
export function endedDelayOf({ headers }: InboxEvent): Duration {
  return Number(headers[delayHeader]);
}

/** The booking that an event of ours tells the end of. */
export function toldBooking({ payload }: InboundEvent): BookingReading {
  const said = payload as JsonObject;
  const read = Object.fromEntries(times.map((name) => [name, instant(said[name])]));
  return { aliases: [], replaces: null, version: null, ...said, ...read, kind: "booking" } as unknown as BookingReading;
}

/** A booking as events keep it: times as text. */
export function bookingData(booking: BookingReading): JsonObject {
  const text = Object.fromEntries(times.map((name) => [name, booking[name] === null ? null : iso(booking[name])]));
  const names = new Set(["kind", "aliases", "replaces", "version"]);
  const said = Object.entries(booking as unknown as JsonObject).filter(([name]) => !names.has(name));
  return { ...Object.fromEntries(said), ...text };
}

function told({ deliveryId, type, occurredAt, body }: InboxEvent): InboundEvent {
  const payload = parseJson(new TextDecoder().decode(body));
  return { id: deliveryId, type, words: ["booking.ended"], occurredAt, payload };
}

function instant(value: Json | undefined): Instant | null {
  return typeof value === "string" ? Date.parse(value) : typeof value === "number" ? value : null;
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
