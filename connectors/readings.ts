import type { BookingReading, OrderReading } from "../core/contracts/connector.js";

/** The reading of an order that says no more than `known`. */
export function orderReading(known: Partial<OrderReading> & Pick<OrderReading, "id">): OrderReading {
  return {
    kind: "order",
    aliases: [],
    number: null,
    status: null,
    total: null,
    currency: null,
    email: null,
    firstName: null,
    lastName: null,
    phone: null,
    language: null,
    locationId: null,
    staffId: null,
    consent: null,
    createdAt: null,
    updatedAt: null,
    version: null,
    items: [],
    tags: [],
    ...known,
  };
}

/** The reading of a booking that says no more than `known`. */
export function bookingReading(known: Partial<BookingReading> & Pick<BookingReading, "id">): BookingReading {
  return {
    kind: "booking",
    aliases: [],
    replaces: null,
    status: null,
    service: null,
    startsAt: null,
    endsAt: null,
    timeZone: null,
    email: null,
    firstName: null,
    lastName: null,
    phone: null,
    language: null,
    locationId: null,
    staffId: null,
    staffEmail: null,
    consent: null,
    createdAt: null,
    updatedAt: null,
    version: null,
    ...known,
  };
}
