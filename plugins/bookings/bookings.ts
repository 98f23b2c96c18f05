import Joi from "joi";
import type { BookingReading, BookingStatus, InboundEvent, Reading } from "../../core/contracts/connector.js";
import type { Duration } from "../../core/contracts/model.js";
import { definePlugin, type Plugin } from "../../core/contracts/plugin.js";
import { completed } from "../rules/completed.js";
import { connected } from "../rules/connected.js";
import { unknownEvents } from "../rules/events.js";
import { placeProblems, type PlaceTables } from "../rules/places.js";
import { preparedRules } from "../rules/prepared-rules.js";
import { celValues, keptData } from "../rules/reading-values.js";
import { remembered } from "../rules/remembered.js";
import { duration, sourceOptions, table, type ConnectorTypes, type SourceOptions } from "../rules/source-options.js";
import { translateReading, type ReadEvent } from "../rules/translate-reading.js";
import { bookingFields, bookingRoots } from "./booking-fields.js";
import { toldEnded } from "./told-ended.js";

export interface BookingsOptions extends SourceOptions, PlaceTables {
  readonly cancelOn: readonly string[];
  /** After the booking's end. */
  readonly endedDelay: Duration;
}

/** Bookings start sequences, move them with the booking, and end them when it is cancelled or nobody came. */
export function bookingsPlugin(types: ConnectorTypes): Plugin<BookingsOptions> {
  const ready = remembered<BookingsOptions, Ready>((options, home) => ({
    connector: connected(types, options, home),
    rules: preparedRules(options.on, bookingRoots, home).rules,
  }));
  return definePlugin<BookingsOptions>({
    api: 1,
    name: "bookings",
    options: sourceOptions<BookingsOptions>(types, "booking", () => ({
      cancelOn: Joi.array().items(Joi.string()).default(["booking.cancelled", "booking.noShow"]),
      locations: table,
      employees: table,
      endedDelay: duration.default(0),
    })),
    check: (options, home) => [
      ...unknownEvents(options, "booking", types),
      ...preparedRules(options.on, bookingRoots, home).problems,
      ...placeProblems(options, home),
    ],
    connector: (options, home) => ready(options, home).connector,
    translate(event, options, home) {
      const { connector, rules } = ready(options, home);
      const read = readBooking(event, toldEnded(event) ?? connector.reading?.(event), options);
      return translateReading(read, rules, connector, options, home);
    },
    maxAge: ({ maxAge }) => maxAge,
    testMode: ({ testMode }) => testMode,
  });
}

interface Ready {
  readonly connector: ReturnType<typeof connected>;
  readonly rules: ReturnType<typeof preparedRules>["rules"];
}

/** A booking that will not take place, is not agreed on, or is over has no end that is to be told. */
const WITHOUT_END: readonly (BookingStatus | null)[] = ["requested", "cancelled", "noShow", "ended"];

function readBooking(event: InboundEvent, reading: Reading | undefined, { endedDelay }: BookingsOptions): ReadEvent {
  const booking: BookingReading | null = reading?.kind === "booking" ? reading : null;
  const whole = booking && completed(booking, event.known, bookingFields);
  return {
    event,
    reading: booking,
    whole,
    values: { event: event.payload, booking: whole && celValues(whole, bookingFields) },
    data: booking ? keptData(booking, bookingFields) : {},
    endedDelay: booking && !WITHOUT_END.includes(booking.status) ? endedDelay : null,
  };
}
