import type { Contact } from "../../contracts/model.js";
import { judge, newContact, upserted, type Verdict } from "../../contracts/rules.js";
import type { Accepted, AcceptPlan, PersonOutcome, PlannedPerson } from "../../contracts/accept.js";
import type { EventPlan } from "../../contracts/inbox.js";
import type { Addresses } from "./addresses.js";
import { contactOf, insertContact, updateContact, type ContactRow } from "./contact-rows.js";
import type { Database } from "./database.js";
import { keysOf } from "./entity-rows.js";
import { positionColumns, positionValues } from "./sending-rows.js";
import { isStarted, noteStarted } from "./started.js";

/** An execute call, or an event's. */
type AnyPlan = AcceptPlan & Partial<Pick<EventPlan, "once">>;

/** One person of a plan, as the store sees them. */
interface Judged {
  person: PlannedPerson;
  /** What is stored of them; `undefined`: nobody has seen them before. */
  contact: Contact | undefined;
  addressHash: Uint8Array;
  verdict: Verdict;
}

/** Inside a write (a dry run: a read will do): carries out the whole plan, or nothing of it. */
export function accept(database: Database, addresses: Addresses, plan: AnyPlan): Accepted {
  const { organization } = plan.execution;
  const kept = plan.idempotency && answered(database, organization, plan.idempotency.key);
  if (kept) {
    return kept.fingerprint === plan.idempotency?.fingerprint
      ? { kind: "replayed", body: kept.body }
      : { kind: "reused" };
  }
  const judged = plan.people.map((person) => judgeOne(database, addresses, plan, person));
  const outlook = judged.map(({ verdict, contact }) => ({
    ...verdict,
    contactId: contact?.id ?? null,
    sendingId: null,
  }));
  if (!judged.some(({ verdict }) => verdict.status === "queued")) return { kind: "refused", outcomes: outlook };
  if (plan.dryRun) return { kind: "accepted", body: plan.answer(outlook) };
  const outcomes = judged.map((one) => writePerson(database, plan, one));
  writeExecution(database, plan, outcomes);
  const body = plan.answer(outcomes);
  if (plan.idempotency) keepAnswer(database, plan, plan.idempotency, outcomes, body);
  return { kind: "accepted", body };
}

/** What was answered under this key. */
export function answered(
  database: Database,
  organization: string,
  key: string,
): { fingerprint: string; body: string } | undefined {
  return database
    .statement<{ fingerprint: string; body: string }>(
      "SELECT fingerprint, body FROM answers WHERE organization = ? AND key = ?",
    )
    .get(organization, key);
}

function judgeOne(database: Database, addresses: Addresses, plan: AnyPlan, person: PlannedPerson): Judged {
  const { organization, createdAt } = plan.execution;
  const row = database
    .statement<ContactRow>("SELECT * FROM contacts WHERE organization = ? AND email = ?")
    .get(organization, person.email);
  const contact = row && contactOf(row);
  const addressHash = addresses.hash(person.email);
  const standing = {
    unsubscribed: contact?.unsubscribed ?? false,
    suppressed: addresses.isSuppressed(organization, addressHash),
    repeated: contact && plan.once ? isStarted(database, organization, plan.once, contact.id) : false,
    lastSendingAt: contact && plan.reentry ? lastSendingAt(database, contact.id, plan) : null,
  };
  return { person, contact, addressHash, verdict: judge(standing, plan, createdAt) };
}

const selectLast = `SELECT max(created_at) AS at FROM sendings
  WHERE contact_id = ? AND sequence_id = ? AND NOT (state = 'cancelled' AND handed_over = 0)`;

function lastSendingAt(database: Database, contactId: string, { execution, reentry }: AnyPlan): number | null {
  const { organization, sequenceId, source, entity } = execution;
  const last = (condition: string, ...values: string[]) =>
    database.statement<{ at: number | null }>(`${selectLast}${condition}`).get(contactId, sequenceId, ...values);
  if (reentry?.per !== "entity") return last("")?.at ?? null;
  if (entity === null) return last(" AND entity IS NULL")?.at ?? null;
  const keys = JSON.stringify(keysOf(database, organization, source, entity));
  return last(" AND entity IN (SELECT value FROM json_each(?))", keys)?.at ?? null;
}

function writePerson(
  database: Database,
  plan: AnyPlan,
  { person, contact, addressHash, verdict }: Judged,
): PersonOutcome {
  const { organization, createdAt } = plan.execution;
  const known = contact ?? newContact(person.contactId, organization, person.email, createdAt);
  const next = upserted(known, person.fields, person.locationId, createdAt);
  if (contact) updateContact(database, next, addressHash);
  else insertContact(database, next, addressHash);
  if (verdict.status !== "queued") return { ...verdict, contactId: next.id, sendingId: null };
  writeSending(database, plan, person, next.id);
  if (plan.once) noteStarted(database, organization, plan.once, next.id);
  return { ...verdict, contactId: next.id, sendingId: person.sendingId };
}

const sendingColumns = [
  "id",
  "organization",
  "execution_id",
  "sequence_id",
  "sequence_version",
  "purpose",
  "contact_id",
  "location_id",
  "employee_id",
  "entity",
  "context",
  "created_at",
  "updated_at",
  ...positionColumns,
];
const insertSending = `INSERT INTO sendings (${sendingColumns.join(", ")}) VALUES (${sendingColumns.map(() => "?").join(", ")})`;

function writeSending(
  database: Database,
  { execution, purpose, start }: AcceptPlan,
  person: PlannedPerson,
  contactId: string,
): void {
  database
    .statement(insertSending)
    .run(
      person.sendingId,
      execution.organization,
      execution.id,
      execution.sequenceId,
      execution.sequenceVersion,
      purpose,
      contactId,
      person.locationId,
      person.employeeId,
      execution.entity,
      JSON.stringify(person.context),
      execution.createdAt,
      execution.createdAt,
      ...positionValues(start),
    );
}

function writeExecution(
  database: Database,
  { execution, start }: AcceptPlan,
  outcomes: readonly PersonOutcome[],
): void {
  const queued = outcomes.filter(({ status }) => status === "queued").length;
  database
    .statement(
      `INSERT INTO executions (id, organization, sequence_id, sequence_version, source, event_id, entity, status,
         contacts_processed, sendings_created, start_at, due_at, created_at)
       VALUES (@id, @organization, @sequenceId, @sequenceVersion, @source, @eventId, @entity, 'running',
         @processed, @queued, @startAt, @dueAt, @createdAt)`,
    )
    .run({ ...execution, processed: outcomes.length, queued, dueAt: start.dueAt });
}

function keepAnswer(
  database: Database,
  { execution }: AcceptPlan,
  { key, fingerprint }: { key: string; fingerprint: string },
  outcomes: readonly PersonOutcome[],
  body: string,
): void {
  const { lastInsertRowid: answer } = database
    .statement(
      "INSERT INTO answers (organization, key, fingerprint, execution_id, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .run(execution.organization, key, fingerprint, execution.id, body, execution.createdAt);
  const link = database.statement("INSERT INTO answer_contacts (answer_id, contact_id) VALUES (?, ?)");
  for (const { sendingId, contactId } of outcomes) if (sendingId === null) link.run(answer, contactId);
}
