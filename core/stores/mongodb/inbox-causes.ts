import type { ClientSession } from "mongodb";
import { hasMoved } from "../../contracts/entities.js";
import type { IntakeResult, Settled } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import { executionsAbout, reanchor } from "./anchoring.js";
import { cancelSendings, theSendings } from "./cancelling.js";
import type { Database } from "./database.js";
import { updateEntities, type Said, type Updated } from "./entities.js";
import { namesOf } from "./entity-documents.js";
import { keepResults, namesOneOf, type Settling } from "./inbox-result.js";
import { startPlans } from "./inbox-starts.js";
import { tellWhole } from "./whole-refunds.js";

/** A result whose claim holds. */
export interface Held {
  event: Settling;
  result: IntakeResult;
  now: Instant;
}

/**
 * Inside a transaction: what results cause, but for the redacting, which goes before. Answers what became of them by their events.
 * `reached`: is told of the executions whose sendings are to be cancelled, as soon as they are known.
 */
export async function carryOut(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  held: readonly Held[],
  reached: Set<string>,
): Promise<Map<string, Settled>> {
  if (held.length === 0) return new Map();
  const updates = await takeIn(database, session, addresses, held);
  const touched: { moved: string[]; cancelled: number }[] = [];
  for (const one of held) {
    const updated = updates.get(one);
    const moved = updated ? await move(database, session, updated, one.now) : [];
    touched.push({ moved, cancelled: await cancel(database, session, one, updated, reached) });
  }
  const planned = held.map((one) => ({ plans: one.result.plans, updated: updates.get(one) }));
  const starts = await startPlans(database, session, addresses, planned);
  const causes = held.map((one, index) => {
    const { moved = [], cancelled = 0 } = touched[index] ?? {};
    const { started = [], leftOut = [], ring = [] } = starts[index] ?? {};
    const isTouched = cancelled > 0 || moved.length > 0 || one.result.redact.length > 0;
    const again = moved.map((executionId) => ({ executionId, at: one.now }));
    return { ...one, caused: { started, leftOut, touched: isTouched }, ring: [...again, ...ring] };
  });
  const settled = new Map<string, Settled>();
  const ended = causes.map(({ event, result, caused }) => ({ result, caused, forgotten: event.forgotten }));
  const kept = await keepResults(database, session, addresses, ended);
  for (const [index, one] of held.entries()) {
    const entity = updates.get(one)?.entity;
    const { wholeRefundId, eventId, status, reason } = one.result;
    const isGivenBack =
      entity !== undefined && (await tellWhole(database, session, addresses, entity, wholeRefundId, one.now));
    const end = { endedDueAt: entity?.endedDueAt ?? null, isGivenBack };
    const ring = causes[index]?.ring ?? [];
    settled.set(eventId, { held: true, status, reason, ...kept[index], ring, ...end });
  }
  return settled;
}

/** Updates the entities. Of a person who is gone nothing new is kept. */
async function takeIn(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  held: readonly Held[],
): Promise<Map<Held, Updated>> {
  const telling = held.flatMap((one): { one: Held; said: Said }[] => {
    const { event, result, now } = one;
    if (!result.entity) return [];
    const { organization, source } = event;
    const isGone = event.forgotten || namesOneOf(JSON.stringify(result.entity.data), result.redact);
    const update = isGone ? { ...result.entity, data: {} } : result.entity;
    return [{ one, said: { home: { organization, source }, update, now } }];
  });
  const said = telling.map((one) => one.said);
  const updated = await updateEntities(database, session, addresses, said);
  return new Map(telling.map(({ one }, index) => [one, updated[index] as Updated]));
}

/** Moves what waits for the times of the entity, when they changed. */
async function move(
  database: Database,
  session: ClientSession,
  { entity, names, before }: Updated,
  now: Instant,
): Promise<string[]> {
  const isMoved = before.length === 0 ? hasMoved(undefined, entity) : before.some((one) => hasMoved(one, entity));
  return isMoved ? reanchor(database, session, await executionsAbout(database, session, entity, names), now) : [];
}

/** Answers how many sendings were ended. */
async function cancel(
  database: Database,
  session: ClientSession,
  { result: { cancels }, event: { organization, source: own }, now }: Held,
  updated: Updated | undefined,
  reached: Set<string>,
): Promise<number> {
  let count = 0;
  for (const { source, entity: key, reason, sequenceIds } of cancels) {
    const known = source === own && updated?.names.includes(key) ? updated.names : undefined;
    const names = known ?? (await namesOf(database, organization, source, key, session));
    const executions = await executionsAbout(database, session, { organization, source }, names, sequenceIds);
    for (const id of executions) reached.add(id);
    if (executions.length > 0)
      count += await cancelSendings(database, session, theSendings.ofExecutions(executions), reason, now);
  }
  return count;
}
