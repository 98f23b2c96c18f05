import type { EventWord, InboundEvent } from "../../core/contracts/connector.js";
import { suggestion } from "../../core/contracts/nearest.js";
import type { OptionProblem } from "../../core/contracts/plugin.js";
import type { ConnectorTypes, Reads, SourceOptions } from "./source-options.js";

/** Matches every event. */
const ANY = "*";

const words: Readonly<Record<Reads, readonly EventWord[]>> = {
  order: [
    "order.created",
    "order.paid",
    "order.fulfilled",
    "order.delivered",
    "order.completed",
    "order.cancelled",
    "order.refunded",
    "order.partlyRefunded",
  ],
  booking: ["booking.created", "booking.moved", "booking.cancelled", "booking.noShow", "booking.ended"],
  json: [],
};

/** Whether `name`, a word or a topic in full, is what the event is called. */
export function isCalled(event: InboundEvent, name: string): boolean {
  return name === ANY || name === event.type || event.words.some((word) => word === name);
}

/** Events that rules and `cancelOn` name and the connector never gives. A connector without a list of topics may give any. */
export function unknownEvents(
  { connector, on, cancelOn = [] }: SourceOptions & { readonly cancelOn?: readonly string[] },
  reads: Reads,
  types: ConnectorTypes,
): OptionProblem[] {
  const topics = types.get(connector)?.topics ?? null;
  const known = [...words[reads], ...(topics ?? [])];
  const unknown = (path: OptionProblem["path"], name: string, allowed: readonly string[]): OptionProblem[] => {
    // Rules may run on every event; what is ended by every event never lives.
    if (allowed.includes(name) || (topics === null && name !== ANY)) return [];
    const hint = suggestion(name, allowed) ?? `There is: ${[...words[reads], "the platform's topics"].join(", ")}`;
    return [{ path, rule: "unknown-event", message: `No event is called \`${name}\` here`, hint }];
  };
  return [
    ...on.flatMap(({ event }, index) => unknown(["on", index, "event"], event, [...known, ANY])),
    ...cancelOn.flatMap((name, index) => unknown(["cancelOn", index], name, known)),
  ];
}
