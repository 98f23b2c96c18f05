import type { InboundEvent, OrderReading, Reading } from "../contracts/connector.js";
import type { Entity } from "../contracts/inbox.js";
import type { Command } from "../contracts/plugin.js";

/** Amounts are decimal: they may differ by less than the smallest coin. */
const coin = 0.005;

/** A refund whose event does not say whether it is the whole: what it gives back, and of which order. */
export function openRefund(
  { words }: InboundEvent,
  reading: Reading | undefined,
): (OrderReading & { refunded: number }) | undefined {
  if (reading?.kind !== "order" || !words.includes("order.partlyRefunded")) return undefined;
  const { refunded } = reading;
  return typeof refunded === "number" ? { ...reading, refunded } : undefined;
}

/** Whether it gives back all that the order came to, as far as that is known. */
export function isWhole({ refunded }: { refunded: number }, order: Entity | undefined): boolean {
  const total = order?.data["total"];
  return typeof total === "number" && refunded > total - coin;
}

/** The event as what it is. */
export function asWhole(event: InboundEvent): InboundEvent {
  const words = event.words.map((word) => (word === "order.partlyRefunded" ? "order.refunded" : word));
  return { ...event, words };
}

/** The commands of such an event: the plugin has read the status of the event alone. */
export function withWholeRefund(commands: readonly Command[]): Command[] {
  return commands.map((one) => {
    if (one.do !== "entity" || one.reading.kind !== "order") return one;
    return { ...one, reading: { ...one.reading, status: "refunded" }, data: { ...one.data, status: "refunded" } };
  });
}
