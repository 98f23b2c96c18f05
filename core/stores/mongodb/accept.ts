import type { AnyBulkWriteOperation, ClientSession } from "mongodb";
import type { Accepted, PersonOutcome, PlannedPerson } from "../../contracts/accept.js";
import { judge, newContact, upserted, type Verdict } from "../../contracts/rules.js";
import type { Addresses } from "./addresses.js";
import { contactDocument, contactUpdate } from "./contact-documents.js";
import type { Database } from "./database.js";
import type * as documents from "./documents.js";
import { unclaimed } from "./sending-documents.js";
import { answerId, answersTo, knownPeople, type AnyPlan, type Known } from "./standing.js";
import { started } from "./started.js";

/** All that plans write, to be written at once. */
interface Writes {
  contacts: AnyBulkWriteOperation<documents.ContactDocument>[];
  executions: documents.ExecutionDocument[];
  sendings: documents.SendingDocument[];
  answers: documents.AnswerDocument[];
  started: documents.StartedDocument[];
}

interface Judged extends Pick<Known, "contact"> {
  person: PlannedPerson;
  verdict: Verdict;
}

/** Inside a transaction (a dry run: without): carries out the whole plan, or nothing of it. */
export async function accept(
  database: Database,
  addresses: Addresses,
  plan: AnyPlan,
  session?: ClientSession,
): Promise<Accepted> {
  const [accepted] = await acceptAll(database, addresses, plan.execution.organization, [plan], session);
  return accepted as Accepted;
}

/** As `accept`, for plans of one organization of which no two name the same person or the same key. */
export async function acceptAll(
  database: Database,
  addresses: Addresses,
  organization: string,
  plans: readonly AnyPlan[],
  session?: ClientSession,
): Promise<Accepted[]> {
  const answers = await answersTo(database, plans, session);
  const fresh = plans.filter((plan) => !answers.has(answerId(plan) ?? ""));
  const known = fresh.length > 0 ? await knownPeople(database, addresses, organization, fresh, session) : undefined;
  const writes: Writes = { contacts: [], executions: [], sendings: [], answers: [], started: [] };
  const accepted = plans.map((plan) => {
    const kept = answers.get(answerId(plan) ?? "");
    if (kept || !known) return again(plan, kept);
    const judged = plan.people.map((person) => judgeOne(plan, person, known(plan, person.email)));
    return decide(addresses, plan, judged, writes);
  });
  if (session) await write(database, writes, session);
  return accepted;
}

function again({ idempotency }: AnyPlan, kept: documents.AnswerDocument | undefined): Accepted {
  return kept && kept.fingerprint === idempotency?.fingerprint
    ? { kind: "replayed", body: kept.body }
    : { kind: "reused" };
}

function judgeOne(plan: AnyPlan, person: PlannedPerson, { contact, standing }: Known): Judged {
  return { person, contact, verdict: judge(standing, plan, plan.execution.createdAt) };
}

function decide(addresses: Addresses, plan: AnyPlan, judged: readonly Judged[], writes: Writes): Accepted {
  const outlook = judged.map(({ verdict, contact }) => ({
    ...verdict,
    contactId: contact?.id ?? null,
    sendingId: null,
  }));
  if (!judged.some(({ verdict }) => verdict.status === "queued")) return { kind: "refused", outcomes: outlook };
  if (plan.dryRun) return { kind: "accepted", body: plan.answer(outlook) };
  const outcomes = judged.map((one) => writePerson(addresses, plan, one, writes));
  writes.executions.push(executionDocument(plan, outcomes));
  const body = plan.answer(outcomes);
  const _id = answerId(plan);
  if (_id !== undefined) writes.answers.push(answerDocument(_id, plan, outcomes, body));
  return { kind: "accepted", body };
}

function writePerson(
  addresses: Addresses,
  plan: AnyPlan,
  { person, contact, verdict }: Judged,
  writes: Writes,
): PersonOutcome {
  const { organization, createdAt } = plan.execution;
  const before = contact ?? newContact(person.contactId, organization, person.email, createdAt);
  const after = upserted(before, person.fields, person.locationId, createdAt);
  const { id: contactId } = after;
  const update = contactUpdate(after, addresses);
  if (contact) writes.contacts.push({ updateOne: { filter: { _id: { $eq: contactId } }, update } });
  else writes.contacts.push({ insertOne: { document: contactDocument(after, addresses) } });
  if (verdict.status !== "queued") return { ...verdict, contactId, sendingId: null };
  writes.sendings.push(sendingDocument(plan, person, contactId));
  if (plan.once) writes.started.push(started(organization, plan.once, contactId));
  return { ...verdict, contactId, sendingId: person.sendingId };
}

function sendingDocument(
  { execution, purpose, start }: AnyPlan,
  { sendingId, locationId, employeeId, context }: PlannedPerson,
  contactId: string,
): documents.SendingDocument {
  const { id, organization, sequenceId, sequenceVersion, entity, createdAt } = execution;
  return {
    _id: sendingId,
    organization,
    executionId: id,
    sequenceId,
    sequenceVersion,
    purpose,
    contactId,
    locationId,
    employeeId,
    entity,
    context: JSON.stringify(context),
    ...start,
    handedOver: 0,
    ...unclaimed,
    calls: [],
    revision: 0,
    history: [],
    createdAt,
    updatedAt: createdAt,
  };
}

function executionDocument(
  { execution: { id, ...execution }, start }: AnyPlan,
  outcomes: readonly PersonOutcome[],
): documents.ExecutionDocument {
  const sendingsCreated = outcomes.filter(({ status }) => status === "queued").length;
  const counts = { contactsProcessed: outcomes.length, sendingsCreated };
  return { _id: id, ...execution, status: "running", ...counts, dueAt: start.dueAt, revision: 0 };
}

function answerDocument(
  _id: string,
  { execution, idempotency }: AnyPlan,
  outcomes: readonly PersonOutcome[],
  body: string,
): documents.AnswerDocument {
  const { id: executionId, createdAt } = execution;
  const contactIds = outcomes.flatMap(({ sendingId, contactId }) => (sendingId === null ? (contactId ?? []) : []));
  const answer = { _id, fingerprint: idempotency?.fingerprint ?? "", executionId, body, createdAt };
  return contactIds.length > 0 ? { ...answer, contactIds } : answer;
}

async function write(database: Database, writes: Writes, session: ClientSession): Promise<void> {
  const { contacts, executions, sendings, answers, started } = writes;
  const options = { session, ordered: false };
  if (contacts.length > 0) await database.contacts.bulkWrite(contacts, options);
  if (executions.length > 0) await database.executions.insertMany(executions, options);
  if (sendings.length > 0) await database.sendings.insertMany(sendings, options);
  if (answers.length > 0) await database.answers.insertMany(answers, options);
  if (started.length > 0) await database.started.insertMany(started, options);
}
