import { isOver } from "../contracts/entities.js";
import type { InboundEvent, Reading } from "../contracts/connector.js";
import type { Entity } from "../contracts/inbox.js";
import type { JsonObject } from "../contracts/model.js";
import type { Command } from "../contracts/plugin.js";

/** In the data of an order there is one such entry per refund: refunds that are told at once add up, and one that is told twice counts once. */
const prefix = "refund:";

/** Amounts are decimal fractions, which do not add up exactly. Less than any currency's smallest unit. */
const nothing = 0.00005;

/** What an event gives back of its order, and whether no more is left to give back by then. */
export interface Refund {
  /** The key of the order. */
  entity: string;
  name: string;
  /** In units of the order's currency; 0 for a refund that came to nothing. */
  amount: number;
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
  const refund = { entity: `order:${reading.id}`, name: `${prefix}${reading.refundId ?? eventId}` };
  const amount = reading.refunded ?? 0;
  const after = { ...known?.data, [refund.name]: amount };
  const said = known?.data["currency"] ?? null;
  const isSame = said === null || reading.currency === null || said === reading.currency;
  const version = known?.version ?? null;
  return { ...refund, amount, version, isLast: words.includes("order.partlyRefunded") && isSame && isAllBack(after) };
}

/** Whether an event tells a refund of which the order has to be known. */
export function tellsRefund(reading: Reading | undefined): reading is Extract<Reading, { kind: "order" }> {
  return reading?.kind === "order" && (reading.refunded !== undefined || reading.refundId !== undefined);
}

/** Whether an order was given back by refunds of which none knew that it was the last, as they were worked on at once. */
export function isUntold(order: Entity): boolean {
  return !isOver(order) && isAllBack(order.data);
}

/** The event as the full refund that it is. */
export function asLast(event: InboundEvent, refund: Refund | undefined): InboundEvent {
  if (!refund?.isLast) return event;
  return { ...event, words: event.words.map((word) => (word === "order.partlyRefunded" ? "order.refunded" : word)) };
}

/** The commands of an event with what it gives back in the data of its order. */
export function withRefund(commands: readonly Command[], refund: Refund | undefined): readonly Command[] {
  if (!refund) return commands;
  const { name, amount, isLast, version } = refund;
  return commands.map((one): Command => {
    if (one.do !== "entity" || one.reading.kind !== "order") return one;
    const status = isLast ? ({ status: "refunded" } as const) : {};
    // What all refunds come to is as new as the newest of them, whichever is told last.
    const newest = isLast && version !== null ? { version: Math.max(version, versionOf(one.reading) ?? version) } : {};
    return {
      ...one,
      reading: { ...one.reading, ...status, ...newest },
      data: { ...one.data, ...status, [name]: amount },
    };
  });
}

function versionOf({ version, updatedAt }: Reading): number | null {
  return version ?? updatedAt;
}

function isAllBack(data: JsonObject): boolean {
  const { total } = data;
  const amounts = Object.entries(data).map(([name, value]) => (name.startsWith(prefix) ? Number(value) : 0));
  const sum = amounts.reduce((one, other) => one + other, 0);
  return typeof total === "number" && total > 0 && sum > total - nothing;
}
