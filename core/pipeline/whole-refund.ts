import type { InboundEvent, Reading } from "../contracts/connector.js";
import type { Entity } from "../contracts/inbox.js";
import type { Command } from "../contracts/plugin.js";
import { isGivenBack, refundData, type RefundEntry } from "../contracts/refunds.js";

/** What an event gives back of its order, and whether no more is left to give back by then. */
export interface Refund extends RefundEntry {
  isLast: boolean;
  /** Of the order as it is kept. */
  version: number | null;
}

/**
 * The refund that an event tells without saying what the order was worth; `undefined` when it is none. `known`: the order as it is kept.
 * `eventId` stands for the refund where the platform does not name it. Without a known total in the same currency no refund is the last.
 */
export function refundOf(
  { words }: Pick<InboundEvent, "words">,
  reading: Reading | undefined,
  known: Pick<Entity, "data" | "version"> | undefined,
  eventId: string,
): Refund | undefined {
  if (!tellsRefund(reading)) return undefined;
  const { refundId: name = eventId, refunded: amount = 0, currency } = reading;
  const entry = { name, amount, currency, eventId };
  const isLast = words.includes("order.partlyRefunded") && isGivenBack({ ...known?.data, ...refundData(entry) });
  return { ...entry, version: known?.version ?? null, isLast };
}

/** Whether an event tells a refund of which the order has to be known. */
export function tellsRefund(reading: Reading | undefined): reading is Extract<Reading, { kind: "order" }> {
  return reading?.kind === "order" && (reading.refunded !== undefined || reading.refundId !== undefined);
}

/** The event as the full refund that it is. */
export function asLast(event: InboundEvent, refund: Refund | undefined): InboundEvent {
  if (!refund?.isLast) return event;
  return { ...event, words: event.words.map((word) => (word === "order.partlyRefunded" ? "order.refunded" : word)) };
}

/** The commands of an event with what it gives back in the data of its order. */
export function withRefund(commands: readonly Command[], refund: Refund | undefined): readonly Command[] {
  if (!refund) return commands;
  const { isLast, version } = refund;
  return commands.map((one): Command => {
    if (one.do !== "entity" || one.reading.kind !== "order") return one;
    const status = isLast ? ({ status: "refunded" } as const) : {};
    // What all refunds come to is as new as the newest of them, whichever is told last.
    const newest = isLast && version !== null ? { version: Math.max(version, versionOf(one.reading) ?? version) } : {};
    return {
      ...one,
      reading: { ...one.reading, ...status, ...newest },
      // The currency is the refund's, which need not be the order's.
      data: { ...one.data, currency: null, ...status, ...refundData(refund) },
    };
  });
}

function versionOf({ version, updatedAt }: Reading): number | null {
  return version ?? updatedAt;
}
