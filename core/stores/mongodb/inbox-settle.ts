import type { ClientSession } from "mongodb";
import { hasMoved } from "../../contracts/entities.js";
import type { IntakeResult, Settled } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import { executionsAbout, reanchor } from "./anchoring.js";
import { cancelSendings, theSendings } from "./cancelling.js";
import type { Database } from "./database.js";
import { updateEntity, type Updated } from "./entities.js";
import { namesOf } from "./entity-documents.js";
import { forgetCaptured, prepareRedact, redact } from "./erase.js";
import { findClaimed, keepAlone, keepResult, lost, namesOneOf, type Settling } from "./inbox-result.js";
import { startPlans } from "./inbox-starts.js";
import { tellWhole } from "./whole-refunds.js";

/** Carries out what an event causes, or nothing of it when its claim was lost. */
export async function settleEvent(
  database: Database,
  addresses: Addresses,
  result: IntakeResult,
  now: Instant,
): Promise<Settled> {
  if (result.status !== "processed") return keepAlone(database, addresses, result);
  const emails = result.redact.map((email) => email.trim().toLowerCase());
  await prepare(database, addresses, result, emails, now);
  const settled = await database.transaction(async (session) => {
    const event = await findClaimed(database, result, session);
    if (!event) return undefined;
    const erased: string[] = [];
    for (const email of emails) {
      const contactId = await redact(database, addresses, session, event.organization, email, now);
      if (contactId !== undefined) erased.push(contactId);
    }
    return { erased, ...(await carryOut(database, session, addresses, result, event, now)) };
  });
  if (!settled) return lost(database, result);
  const { erased, ...rest } = settled;
  for (const contactId of erased) await forgetCaptured(database, contactId);
  return rest;
}

/** A long history is not forgotten in one transaction. */
async function prepare(
  database: Database,
  addresses: Addresses,
  result: IntakeResult,
  emails: readonly string[],
  now: Instant,
): Promise<void> {
  const event = emails.length > 0 ? await findClaimed(database, result) : undefined;
  if (!event) return;
  for (const email of emails) await prepareRedact(database, addresses, event.organization, email, now);
}

/** Inside a transaction: all but the redacting, which goes before. */
async function carryOut(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  result: IntakeResult,
  event: Settling,
  now: Instant,
): Promise<Settled> {
  const forgotten = event.forgotten || (await isForgotten(database, session, result));
  const updated = await takeIn(database, session, addresses, result, { ...event, forgotten }, now);
  const moved = updated ? await move(database, session, updated, now) : [];
  const cancelled = await cancel(database, session, result, event, updated, now);
  const { started, leftOut, ring } = await startPlans(database, session, addresses, result.plans, updated);
  const isGivenBack =
    updated !== undefined && (await tellWhole(database, session, addresses, updated.entity, result.wholeRefundId, now));
  const touched = cancelled > 0 || moved.length > 0 || result.redact.length > 0;
  const caused = { started, leftOut, touched };
  const { status, reason } = await keepResult(database, session, addresses, result, caused, forgotten);
  const again = moved.map((executionId) => ({ executionId, at: now }));
  const endedDueAt = updated?.entity.endedDueAt ?? null;
  return { held: true, status, reason, ring: [...again, ...ring], endedDueAt, isGivenBack };
}

/** Whoever is redacted by an event may be named in it. */
async function isForgotten(database: Database, session: ClientSession, result: IntakeResult): Promise<boolean> {
  if (result.redact.length === 0) return false;
  return (await findClaimed(database, result, session))?.forgotten ?? false;
}

/** Updates the entity. Of a person who is gone nothing new is kept. */
async function takeIn(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  { entity: said, redact: gone }: IntakeResult,
  { organization, source, forgotten }: Settling,
  now: Instant,
): Promise<Updated | undefined> {
  if (!said) return undefined;
  const update = forgotten || namesOneOf(JSON.stringify(said.data), gone) ? { ...said, data: {} } : said;
  return updateEntity(database, session, addresses, { organization, source }, update, now);
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
  { cancels }: IntakeResult,
  { organization, source: own }: Settling,
  updated: Updated | undefined,
  now: Instant,
): Promise<number> {
  let count = 0;
  for (const { source, entity: key, reason, sequenceIds } of cancels) {
    const known = source === own && updated?.names.includes(key) ? updated.names : undefined;
    const names = known ?? (await namesOf(database, organization, source, key, session));
    const executions = await executionsAbout(database, session, { organization, source }, names, sequenceIds);
    if (executions.length > 0)
      count += await cancelSendings(database, session, theSendings.ofExecutions(executions), reason, now);
  }
  return count;
}
