import type { Accepted, AcceptPlan, PersonOutcome, PlannedPerson } from "../../../../core/contracts/accept.js";
import type { EventPlan } from "../../../../core/contracts/inbox.js";
import type { Contact, Instant } from "../../../../core/contracts/model.js";
import { judge, newContact, upserted, type Verdict } from "../../../../core/contracts/rules.js";
import { keysOf } from "./entities.js";
import { owned, type KeptExecution, type Tables } from "./tables.js";

/** An execute call, or an event's. */
type AnyPlan = AcceptPlan & Partial<Pick<EventPlan, "once">>;

interface Judged {
  person: PlannedPerson;
  contact: Contact | undefined;
  verdict: Verdict;
}

/** Carries out the whole plan, or nothing of it. */
export function accept(tables: Tables, plan: AnyPlan): Accepted {
  const { execution, idempotency } = plan;
  const kept = idempotency && tables.answers.get(owned(execution.organization, idempotency.key));
  if (kept) {
    return kept.fingerprint === idempotency.fingerprint ? { kind: "replayed", body: kept.body } : { kind: "reused" };
  }
  const judged = plan.people.map((person) => judgeOne(tables, plan, person));
  const outlook = judged.map(({ verdict, contact }) => ({
    ...verdict,
    contactId: contact?.id ?? null,
    sendingId: null,
  }));
  if (!judged.some(({ verdict }) => verdict.status === "queued")) return { kind: "refused", outcomes: outlook };
  if (plan.dryRun) return { kind: "accepted", body: plan.answer(outlook) };
  return { kind: "accepted", body: write(tables, plan, judged) };
}

function judgeOne(tables: Tables, plan: AnyPlan, person: PlannedPerson): Judged {
  const { organization, createdAt } = plan.execution;
  const contact = [...tables.contacts.values()].find(
    (one) => one.organization === organization && one.email === person.email,
  );
  const standing = {
    unsubscribed: contact?.unsubscribed ?? false,
    suppressed: tables.suppressed.has(owned(organization, person.email)),
    repeated: contact !== undefined && businessKeys(tables, plan, contact.id).some((key) => tables.started.has(key)),
    lastSendingAt: contact && plan.reentry ? lastSendingAt(tables, contact.id, plan) : null,
  };
  return { person, contact, verdict: judge(standing, plan, createdAt) };
}

/** Under every name of what the plan is about. */
function businessKeys(tables: Tables, { execution, once }: AnyPlan, contactId: string): string[] {
  if (!once) return [];
  const { organization } = execution;
  const names = once.entity === null ? [null] : keysOf(tables, organization, once.source, once.entity);
  return names.map((name) => JSON.stringify([organization, once.source, once.rule, name, contactId]));
}

function lastSendingAt(tables: Tables, contactId: string, { execution, reentry }: AnyPlan): Instant | null {
  const { organization, source, sequenceId, entity } = execution;
  const names: (string | null)[] = entity === null ? [null] : keysOf(tables, organization, source, entity);
  let last: Instant | null = null;
  for (const { row } of tables.sendings.values()) {
    const isAbout = reentry?.per !== "entity" || names.includes(row.entity);
    const counts = isAbout && (row.state !== "cancelled" || row.handedOver > 0);
    if (row.contactId === contactId && row.sequenceId === sequenceId && counts)
      last = Math.max(last ?? row.createdAt, row.createdAt);
  }
  return last;
}

function write(tables: Tables, plan: AnyPlan, judged: readonly Judged[]): string {
  const { execution, idempotency, start } = plan;
  const { organization, createdAt } = execution;
  const queued = judged.filter(({ verdict }) => verdict.status === "queued").length;
  const kept: KeptExecution = {
    row: { ...execution, status: "running", contactsProcessed: judged.length, sendingsCreated: queued },
    dueAt: start.dueAt,
    sendings: [],
  };
  tables.executions.set(execution.id, kept);
  const outcomes = judged.map((one) => writePerson(tables, plan, kept, one));
  const body = plan.answer(outcomes);
  if (idempotency) {
    const { key, fingerprint } = idempotency;
    const contactIds = outcomes.map(({ contactId }) => contactId);
    const answer = { organization, fingerprint, body, executionId: execution.id, contactIds, createdAt };
    tables.answers.set(owned(organization, key), answer);
  }
  return body;
}

function writePerson(
  tables: Tables,
  plan: AnyPlan,
  kept: KeptExecution,
  { person, contact, verdict }: Judged,
): PersonOutcome {
  const { execution, purpose, start } = plan;
  const { organization, createdAt, sequenceId, sequenceVersion, entity } = execution;
  const known = contact ?? newContact(person.contactId, organization, person.email, createdAt);
  const { id: contactId } = known;
  tables.contacts.set(contactId, upserted(known, person.fields, person.locationId, createdAt));
  if (verdict.status !== "queued") return { ...verdict, contactId, sendingId: null };
  for (const key of businessKeys(tables, plan, contactId)) tables.started.add(key);
  const { sendingId: id, locationId, employeeId, context } = person;
  const where = { organization, executionId: execution.id, sequenceId, sequenceVersion, purpose };
  const whom = { contactId, locationId, employeeId, entity, context };
  const row = { ...start, id, ...where, ...whom, handedOver: 0, createdAt, updatedAt: createdAt };
  const sending = { row, claim: null, notes: [], attempts: new Map<string, never>() };
  tables.sendings.set(id, sending);
  kept.sendings.push(sending);
  return { ...verdict, contactId, sendingId: id };
}
