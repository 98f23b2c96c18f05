import type { BookingReading, BookingStatus, InboundEvent } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";
import { bookingFields } from "./booking-fields.js";

/**
 * The booking of an event `booking.ended` that the runtime made, whose payload is the data kept of the entity; `undefined` for an event
 * of the platform's.
 */
export function toldEnded({ type, payload }: InboundEvent): BookingReading | undefined {
  if (type !== "booking.ended" || typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    return undefined;
  }
  const known = new Map<string, Json>(Object.entries(payload));
  const id = known.get("id");
  if (typeof id !== "string" || !known.has("endsAt")) return undefined;
  const fields = Object.entries(bookingFields).map(([field, type]) => {
    const value = known.get(field) ?? null;
    return [field, type === "timestamp" && typeof value === "string" ? Date.parse(value) : value] as const;
  });
  return {
    ...(Object.fromEntries(fields) as unknown as Omit<BookingReading, "kind" | "aliases" | "replaces" | "version">),
    kind: "booking",
    id,
    status: "ended" satisfies BookingStatus,
    aliases: [],
    replaces: null,
    // What is known stays known: the end adds nothing to it but the status.
    version: null,
  };
}
