import { addressesIn } from "../../../../core/contracts/addresses-in.js";
import { hasMoved, type KeptEntity } from "../../../../core/contracts/entities.js";
import type { IntakeResult, NewEvent, Settled } from "../../../../core/contracts/inbox.js";
import type { Instant } from "../../../../core/contracts/model.js";
import { isClosed, untoldRefund, wholeRefund } from "../../../../core/contracts/refunds.js";
import { refusalOf, settledAs, type Caused, type LeftOut } from "../../../../core/contracts/settled-as.js";
import { accept } from "./accept.js";
import { cancelSendings } from "./cancelling.js";
import { entityNamed, keysOf, updateEntity } from "./entities.js";
import { redact } from "./erase.js";
import { dueSooner, isCalling, place, type KeptEvent, type KeptExecution, type Tables } from "./tables.js";

/** Carries out what an event causes, or nothing of it when its claim was lost. `insert` keeps an event. */
export function settle(
  tables: Tables,
  result: IntakeResult,
  now: Instant,
  insert: (event: NewEvent) => boolean,
): Settled {
  const event = tables.events.get(result.eventId);
  if (!event || event.lease !== result.lease) {
    const { status, reason } = event?.row ?? result;
    return { held: false, status, reason, ring: [], endedDueAt: null, isGivenBack: false };
  }
  const { status, reason } = result;
  if (status !== "processed") {
    keep(event, result, { started: [], leftOut: [], touched: false });
    return { held: true, status, reason, ring: [], endedDueAt: null, isGivenBack: false };
  }
  const { organization } = event.row;
  for (const email of result.redact) redact(tables, organization, email.trim().toLowerCase(), now);
  const { entity, moved } = takeIn(tables, result, event, now);
  let cancelled = 0;
  for (const { source, entity: key, reason, sequenceIds } of result.cancels) {
    const going = executionsAbout(tables, organization, source, key)
      .filter(({ row }) => sequenceIds === null || sequenceIds.includes(row.sequenceId))
      .flatMap(({ sendings }) => sendings.filter(({ row }) => ["open", "held", "failed"].includes(row.state)));
    cancelSendings(tables, going, reason, now);
    cancelled += going.length;
  }
  const { started, leftOut, ring } = start(tables, result);
  const whole = entity && wholeOf(tables, entity, result, now);
  const isGivenBack = whole !== undefined && insert(whole);
  const touched = cancelled > 0 || moved.length > 0 || result.redact.length > 0;
  const kept = keep(event, result, { started, leftOut, touched });
  const again = moved.map((executionId) => ({ executionId, at: now }));
  return { held: true, ...kept, ring: [...again, ...ring], endedDueAt: entity?.endedDueAt ?? null, isGivenBack };
}

function wholeOf(
  tables: Tables,
  entity: KeptEntity,
  { wholeRefundId }: IntakeResult,
  now: Instant,
): NewEvent | undefined {
  const told = tables.events.get(untoldRefund(entity) ?? "")?.row;
  return told?.organization === entity.organization ? wholeRefund(told, entity, wholeRefundId, now) : undefined;
}

function executionsAbout(tables: Tables, organization: string, source: string, key: string): KeptExecution[] {
  const keys = keysOf(tables, organization, source, key);
  return [...tables.executions.values()].filter(
    ({ row }) =>
      row.organization === organization && row.source === source && row.entity !== null && keys.includes(row.entity),
  );
}

function takeIn(
  tables: Tables,
  { entity: said, redact: gone }: IntakeResult,
  { row: { organization, source }, isForgotten }: KeptEvent,
  now: Instant,
): { entity: KeptEntity | undefined; moved: string[] } {
  if (!said) return { entity: undefined, moved: [] };
  const update = isForgotten || names(JSON.stringify(said.data), gone) ? { ...said, data: {} } : said;
  const { entity, before } = updateEntity(tables, { organization, source }, update, now);
  const isMoved = before.length === 0 ? hasMoved(undefined, entity) : before.some((one) => hasMoved(one, entity));
  const about = isMoved ? executionsAbout(tables, organization, source, entity.key) : [];
  return { entity, moved: about.filter((one) => reanchor(one, now)).map(({ row }) => row.id) };
}

function reanchor(execution: KeptExecution, now: Instant): boolean {
  const waiting = execution.sendings.filter(
    (one) => ["open", "held"].includes(one.row.state) && one.row.stage === "anchored" && !isCalling(one),
  );
  for (const sending of waiting) {
    const note = "the times of its entity changed";
    const moved = { kind: "moved", stepId: sending.row.stepId, reason: "by_entity", note } as const;
    place(sending, { ...sending.row, state: "open", reason: null, stage: "before", dueAt: now }, [moved], now);
    dueSooner(execution, now);
  }
  return waiting.length > 0;
}

function start(tables: Tables, { plans }: IntakeResult): Pick<Caused, "started" | "leftOut"> & Pick<Settled, "ring"> {
  const leftOut: LeftOut[] = [];
  const ring: Settled["ring"][number][] = [];
  for (const plan of plans) {
    const { id, organization, source, entity, startAt } = plan.execution;
    const known = entity === null ? undefined : entityNamed(tables, organization, source, entity);
    const accepted = known && isClosed(known.row) && !plan.evenIfOver ? undefined : accept(tables, plan);
    if (accepted?.kind === "accepted") ring.push({ executionId: id, at: startAt });
    else leftOut.push({ rule: plan.once.rule, reason: accepted ? refusalOf(accepted) : "stale" });
  }
  return { started: ring.map(({ executionId }) => executionId), leftOut, ring };
}

function keep(event: KeptEvent, result: IntakeResult, caused: Caused): Pick<Settled, "status" | "reason"> {
  const { redact: gone, retryAt } = result;
  const { status, reason, notes } = settledAs(result, caused);
  const isGone = event.isForgotten || names(JSON.stringify(result.commands), gone);
  const waits = status === "received";
  event.row = {
    ...event.row,
    ...{ status, reason, notes: notes.filter((note) => !names(note, gone)), commands: isGone ? [] : result.commands },
    ...{ executionIds: caused.started, failures: event.row.failures + (waits ? 1 : 0), dueAt: waits ? retryAt : null },
  };
  event.lease = null;
  return { status, reason };
}

function names(text: string, emails: readonly string[]): boolean {
  const found = addressesIn(text);
  return emails.some((email) => found.has(email.trim().toLowerCase()));
}
