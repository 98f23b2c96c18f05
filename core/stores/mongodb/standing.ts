import type { ClientSession, Filter } from "mongodb";
import type { AcceptPlan } from "../../contracts/accept.js";
import type { EventPlan } from "../../contracts/inbox.js";
import type { Contact, Instant } from "../../contracts/model.js";
import type { Standing } from "../../contracts/rules.js";
import { within, type Addresses } from "./addresses.js";
import { contactOf } from "./contact-documents.js";
import type { Database } from "./database.js";
import { idOf, type AnswerDocument, type SendingDocument } from "./documents.js";
import { namesOf } from "./entity-documents.js";
import { startedBefore } from "./started.js";

/** An execute call, or an event's. */
export type AnyPlan = AcceptPlan & Partial<Pick<EventPlan, "once">>;

/** A person of a plan, as the store knows them; without `contact` nobody has seen them before. */
export interface Known {
  contact: Contact | undefined;
  standing: Standing;
}

/** What was answered under the keys of the plans, by `idOf` organization and key. */
export async function answersTo(
  { answers }: Database,
  plans: readonly AnyPlan[],
  session: ClientSession | undefined,
): Promise<Map<string, AnswerDocument>> {
  const ids = plans.flatMap((plan) => answerId(plan) ?? []);
  if (ids.length === 0) return new Map();
  const found = await answers.find({ _id: { $in: ids } }, within(session)).toArray();
  return new Map(found.map((answer) => [answer._id, answer]));
}

export function answerId({ execution, idempotency }: AnyPlan): string | undefined {
  return idempotency && idOf(execution.organization, idempotency.key);
}

/** Finds what is known of everybody in `plans`, which are of one organization; answers a look-up. */
export async function knownPeople(
  database: Database,
  addresses: Addresses,
  organization: string,
  plans: readonly AnyPlan[],
  session: ClientSession | undefined,
): Promise<(plan: AnyPlan, email: string) => Known> {
  const emails = plans.flatMap(({ people }) => people.map(({ email }) => email));
  const where = { organization: { $eq: organization }, email: { $in: emails } };
  const found = await database.contacts.find(where, within(session)).toArray();
  const contacts = new Map(found.map((document) => [document.email, contactOf(document)]));
  const hashes = emails.map((email) => addresses.hash(email));
  const suppressed = await addresses.suppressed(organization, hashes, session);
  const pasts = await pastsOf(database, plans, contacts, session);

  return (plan, email) => {
    const contact = contacts.get(email);
    const past = contact && pasts.get(plan);
    const standing = {
      unsubscribed: contact?.unsubscribed ?? false,
      suppressed: suppressed.has(addresses.hash(email)),
      repeated: past?.started.has(contact?.id ?? "") ?? false,
      lastSendingAt: past?.lastAt.get(contact?.id ?? "") ?? null,
    };
    return { contact, standing };
  };
}

interface Past {
  started: Set<string>;
  lastAt: Map<string, Instant>;
}

/** What the contacts of each plan went through before, as far as the plan asks for it. */
async function pastsOf(
  database: Database,
  plans: readonly AnyPlan[],
  contacts: ReadonlyMap<string, Contact>,
  session: ClientSession | undefined,
): Promise<Map<AnyPlan, Past>> {
  const pasts = new Map<AnyPlan, Past>();
  const idsOf = ({ people }: AnyPlan) => people.flatMap(({ email }) => contacts.get(email)?.id ?? []);
  for (const group of alike(plans)) {
    const ids = group.flatMap(idsOf);
    const [plan] = group;
    if (!plan || ids.length === 0) continue;
    const { organization } = plan.execution;
    const started = plan.once
      ? await startedBefore(database, organization, plan.once, ids, session)
      : new Set<string>();
    const lastAt = plan.reentry ? await lastSendings(database, plan, ids, session) : new Map<string, Instant>();
    for (const one of group) pasts.set(one, { started, lastAt });
  }
  return pasts;
}

/** Plans that ask for the same things of different people stand together. */
function alike(plans: readonly AnyPlan[]): AnyPlan[][] {
  const groups = new Map<string, AnyPlan[]>();
  for (const plan of plans) {
    const { once, reentry, execution } = plan;
    if (!once && !reentry) continue;
    const about = reentry?.per === "entity" ? [execution.source, execution.entity] : [];
    const key = JSON.stringify([once, reentry && execution.sequenceId, about]);
    const group = groups.get(key);
    if (group) group.push(plan);
    else groups.set(key, [plan]);
  }
  return [...groups.values()];
}

/** When the newest sending of each contact in the plan's sequence was made that counts. */
async function lastSendings(
  database: Database,
  { execution, reentry }: AnyPlan,
  contactIds: readonly string[],
  session: ClientSession | undefined,
): Promise<Map<string, Instant>> {
  const { organization, sequenceId, source, entity } = execution;
  const where: Filter<SendingDocument> = {
    contactId: { $in: [...contactIds] },
    sequenceId: { $eq: sequenceId },
    $nor: [{ state: "cancelled", handedOver: 0 }],
  };
  if (reentry?.per === "entity") {
    const names = entity === null ? [null] : await namesOf(database, organization, source, entity, session);
    where.entity = { $in: names };
  }
  const newest = { $group: { _id: "$contactId", at: { $max: "$createdAt" } } };
  const found = database.sendings.aggregate<{ _id: string; at: Instant }>([{ $match: where }, newest], within(session));
  return new Map((await found.toArray()).map(({ _id, at }) => [_id, at]));
}
