import type { BookingReading, InboundEvent, Reading } from "../contracts/connector.js";
import { hasMoved } from "../contracts/entities.js";
import type { Entity } from "../contracts/inbox.js";
import { tellsRefund } from "./whole-refund.js";

const MOVED = "booking.moved";
const CANCELLED = "booking.cancelled";

/** Whether an event leaves open what it is called, or whom and what it is about, until it is known what is kept of its entity. */
export function asksForKnown({ words }: InboundEvent, reading: Reading): boolean {
  if (reading.email === null) return true;
  if (reading.kind === "order") return reading.total === null || tellsRefund(reading);
  return reading.startsAt === null || words.length === 0 || words.includes(MOVED) || words.includes(CANCELLED);
}

/**
 * The event with what is kept of its entity, called a move only when its booking has other times than before, and no cancellation when
 * the booking has gone on under another id since.
 */
export function withKnown(event: InboundEvent, reading: Reading | undefined, known: Entity | undefined): InboundEvent {
  if (!reading || !known) return event;
  return { ...event, known: known.data, words: wordsAfter(known, event, reading) };
}

/** Platforms tell changes of any kind by one topic; a booking that takes another one's place has moved for certain. */
function wordsAfter(known: Entity, { words }: InboundEvent, reading: Reading): InboundEvent["words"] {
  if (reading.kind !== "booking" || reading.replaces !== null) return words;
  if (isOlder(reading, known)) {
    return isReplaced(reading, known) ? words.map((word) => (word === CANCELLED ? MOVED : word)) : words;
  }
  const { startsAt, endsAt } = reading;
  const moved = hasMoved(known, { startsAt: startsAt ?? known.startsAt, endsAt: endsAt ?? known.endsAt });
  if (moved) return words.length === 0 ? [MOVED] : words;
  return words.filter((word) => word !== MOVED);
}

/** An entity goes by its newest id: an event that has neither that nor names it beside its own is about the booking before it. */
function isReplaced({ id, aliases }: BookingReading, { key }: Entity): boolean {
  return ![id, ...aliases].some((name) => key === `booking:${name}`);
}

function isOlder({ version, updatedAt }: Reading, known: Entity): boolean {
  const told = version ?? updatedAt;
  return told !== null && known.version !== null && told < known.version;
}
