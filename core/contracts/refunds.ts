import { isOver } from "./entities.js";
import type { Entity, InboxEvent, NewEvent } from "./inbox.js";
import type { Instant, Json, JsonObject } from "./model.js";

/** The rules of refunds that are told one by one, written once for the pipeline and for every store. All of them are pure. */

/** In the data of an order there is one such entry per refund: refunds that are told at once add up, and one that is told twice counts once. */
const prefix = "refund:";
/** Beside them, the id of the event that told the newest. */
const newest = "refundEvent";

/** Amounts are decimal fractions, which do not add up exactly. Less than any currency's smallest unit. */
const nothing = 0.00005;

/** What the data of an order says of one refund. */
export interface RefundEntry {
  name: string;
  /** In units of the currency; 0 for a refund that came to nothing. */
  amount: number;
  currency: string | null;
  /** The id of the event that tells it. */
  eventId: string;
}

export function refundData({ name, amount, currency, eventId }: RefundEntry): JsonObject {
  return { [`${prefix}${name}`]: { amount, currency }, [newest]: eventId };
}

/** Whether the refunds in the data of an order give back all that it came to. What is not in the order's own currency counts for nothing. */
export function isGivenBack(data: JsonObject): boolean {
  const { total, currency = null } = data;
  const refunds = Object.entries(data).filter(([name]) => name.startsWith(prefix));
  const sum = refunds.reduce((back, [, refund]) => back + amountIn(refund, currency), 0);
  return typeof total === "number" && total > 0 && sum > total - nothing;
}

/** Nobody is started for it any more: it is over, or nothing is left of it. */
export function isClosed(entity: Pick<Entity, "status" | "data">): boolean {
  return isOver(entity) || isGivenBack(entity.data);
}

/** The id of the event that tells the newest refund of an order which is given back without anybody having said that it is. */
export function untoldRefund({ status, data }: Pick<Entity, "status" | "data">): string | null {
  const eventId = data[newest];
  return typeof eventId === "string" && !isOver({ status }) && isGivenBack(data) ? eventId : null;
}

/** `told` once more, now that it is known to give back the last of the order: one event per order. `undefined` when nothing is kept of it. */
export function wholeRefund(
  told: InboxEvent,
  { key }: Pick<Entity, "key">,
  id: string,
  now: Instant,
): NewEvent | undefined {
  if (told.body.length === 0) return undefined;
  const { organization, source, type, occurredAt, headers, query, body } = told;
  const again = { id, deliveryId: `refunded:${key}`, replayOf: told.replayOf ?? told.id, receivedAt: now, dueAt: now };
  return { organization, source, type, occurredAt, headers, query, body, ...again };
}

function amountIn(refund: Json, currency: Json): number {
  const { amount, currency: own } = refund as { amount: number; currency: string | null };
  return own === null || currency === null || own === currency ? amount : 0;
}
