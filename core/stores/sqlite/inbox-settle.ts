import { hasMoved, type KeptEntity } from "../../contracts/entities.js";
import type { Entity, EventPlan, IntakeResult, Settled } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import { isClosed, untoldRefund, wholeRefund } from "../../contracts/refunds.js";
import { refusalOf, settledAs, type Caused, type LeftOut } from "../../contracts/settled-as.js";
import { addressesIn } from "../../contracts/addresses-in.js";
import { accept } from "./accept.js";
import type { Addresses } from "./addresses.js";
import { executionsAbout, reanchor } from "./anchoring.js";
import { cancelSendings } from "./cancelling.js";
import type { Database } from "./database.js";
import { updateEntity } from "./entities.js";
import { entityOf, findEntity } from "./entity-rows.js";
import { redact } from "./erase.js";
import { eventOf, insertEvent, type InboxRow } from "./inbox-rows.js";
import { mention } from "./mentions.js";

type Home = Pick<InboxRow, "organization" | "source">;
type Settling = Pick<InboxRow, "organization" | "source" | "status" | "reason"> & {
  lease_until: number | null;
  forgotten: number;
};

/** Inside a write: carries out what an event causes, or nothing of it when its claim was lost. */
export function settleEvent(database: Database, addresses: Addresses, result: IntakeResult, now: Instant): Settled {
  const event = find(database, result.eventId);
  if (event?.lease_until !== result.lease) {
    const { status, reason } = event ?? result;
    return { ...nothingElse, held: false, status, reason };
  }
  if (result.status !== "processed") {
    keep(database, addresses, result, event, { started: [], leftOut: [], touched: false });
    return { ...nothingElse, held: true, status: result.status, reason: result.reason };
  }
  for (const email of result.redact) redact(database, addresses, event.organization, email.trim().toLowerCase(), now);
  const { entity, moved } = takeIn(database, addresses, result, event, now);
  let cancelled = 0;
  for (const { source, entity: key, reason, sequenceIds } of result.cancels) {
    const executions = executionsAbout(database, { ...event, source, key }, sequenceIds);
    cancelled += cancelSendings(database, "entity", executions, reason, now);
  }
  const { started, leftOut, ring } = start(database, addresses, result, entity);
  const isGivenBack = entity !== undefined && tellWhole(database, addresses, entity, result, now);
  const touched = cancelled > 0 || moved.length > 0 || result.redact.length > 0;
  const { status, reason } = keep(database, addresses, result, event, { started, leftOut, touched });
  const again = moved.map((executionId) => ({ executionId, at: now }));
  const endedDueAt = entity?.endedDueAt ?? null;
  return { held: true, status, reason, ring: [...again, ...ring], endedDueAt, isGivenBack };
}

const nothingElse = { ring: [], endedDueAt: null, isGivenBack: false } as const;

function find(database: Database, id: string): Settling | undefined {
  return database
    .statement<Settling>("SELECT organization, source, status, reason, lease_until, forgotten FROM inbox WHERE id = ?")
    .get(id);
}

/** Updates the entity, and moves what waits for its times. */
function takeIn(
  database: Database,
  addresses: Addresses,
  { eventId, entity: said, redact: gone }: IntakeResult,
  { organization, source }: Home,
  now: Instant,
): { entity: KeptEntity | undefined; moved: string[] } {
  if (!said) return { entity: undefined, moved: [] };
  // Of a person who is gone nothing new is kept.
  const isGone = find(database, eventId)?.forgotten === 1 || names(JSON.stringify(said.data), gone);
  const update = isGone ? { ...said, data: {} } : said;
  const { entity, before } = updateEntity(database, addresses, { organization, source }, update, now);
  const isMoved = before.length === 0 ? hasMoved(undefined, entity) : before.some((one) => hasMoved(one, entity));
  return { entity, moved: isMoved ? reanchor(database, executionsAbout(database, entity), now) : [] };
}

/** Accepts each plan that may start somebody. */
function start(
  database: Database,
  addresses: Addresses,
  { plans }: IntakeResult,
  updated: KeptEntity | undefined,
): Pick<Caused, "started" | "leftOut"> & Pick<Settled, "ring"> {
  const leftOut: LeftOut[] = [];
  const ring: Settled["ring"][number][] = [];
  for (const plan of plans) {
    const { rule } = plan.once;
    const { id, startAt } = plan.execution;
    const about = aboutOf(database, plan, updated);
    if (about && isClosed(about) && !plan.evenIfOver) {
      leftOut.push({ rule, reason: "stale" });
      continue;
    }
    const accepted = accept(database, addresses, plan);
    if (accepted.kind === "accepted") ring.push({ executionId: id, at: startAt });
    else leftOut.push({ rule, reason: refusalOf(accepted) });
  }
  return { started: ring.map(({ executionId }) => executionId), leftOut, ring };
}

/** What a plan is about, as far as it is known; mostly what its event has just updated. */
function aboutOf(
  database: Database,
  { execution: { organization, source, entity } }: EventPlan,
  updated: KeptEntity | undefined,
): Pick<Entity, "status" | "data"> | undefined {
  if (entity === null) return undefined;
  if (entity === updated?.key) return updated;
  const row = findEntity(database, organization, source, entity);
  return row && entityOf(row);
}

/** Keeps the event that tells that nothing is left of an order, when nobody has told it yet. */
function tellWhole(
  database: Database,
  addresses: Addresses,
  entity: KeptEntity,
  { wholeRefundId }: IntakeResult,
  now: Instant,
): boolean {
  const told = untoldRefund(entity);
  if (told === null) return false;
  const row = database
    .statement<InboxRow>("SELECT * FROM inbox WHERE id = ? AND organization = ?")
    .get(told, entity.organization);
  const event = row && wholeRefund(eventOf(row), entity, wholeRefundId, now);
  return event !== undefined && insertEvent(database, addresses, event);
}

/** Writes how the event ended. */
function keep(
  database: Database,
  addresses: Addresses,
  result: IntakeResult,
  { organization }: Home,
  caused: Caused,
): Pick<Settled, "status" | "reason"> {
  const { eventId, retryAt, redact: gone } = result;
  const { status, reason, notes } = settledAs(result, caused);
  const isGone = find(database, eventId)?.forgotten === 1;
  const commands = isGone || names(JSON.stringify(result.commands), gone) ? [] : result.commands;
  const kept = notes.filter((note) => !names(note, gone));
  database
    .statement(
      `UPDATE inbox SET status = @status, reason = @reason, notes = @notes, commands = @commands, execution_ids = @executionIds,
         failures = failures + @failed, due_at = @dueAt, lease_until = NULL
       WHERE id = @id`,
    )
    .run({
      id: eventId,
      status,
      reason,
      notes: JSON.stringify(kept),
      commands: JSON.stringify(commands),
      executionIds: JSON.stringify(caused.started),
      failed: status === "received" ? 1 : 0,
      dueAt: status === "received" ? retryAt : null,
    });
  mention(database, addresses, organization, "event", eventId, JSON.stringify([commands, kept]));
  return { status, reason };
}

function names(text: string, emails: readonly string[]): boolean {
  if (emails.length === 0) return false;
  const found = addressesIn(text);
  return emails.some((email) => found.has(email.trim().toLowerCase()));
}
