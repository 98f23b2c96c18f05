import type { Contact, Instant } from "../../contracts/model.js";
import type { Entity } from "../../contracts/inbox.js";
import { newContact } from "../../contracts/rules.js";
import type { Claim, Sendings } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { contactOf } from "./contact-documents.js";
import type { Database } from "./database.js";
import { entityOfExecution } from "./entity-documents.js";
import { byId, fresh, soon } from "./hot.js";
import { headOnly, sendingOf, unclaimed, type SendingHead } from "./sending-documents.js";
import { orUndone } from "./undone.js";

/** A claim before it is known who and what it is about. */
export interface Taken {
  attemptId: string;
  claimedAt: Instant;
  sending: SendingHead;
}

type Request = Parameters<Sendings["claimDue"]>[0];

/** Takes what is due. Where somebody else was faster, it looks for what is left. */
export async function claimDue(database: Database, addresses: Addresses, request: Request): Promise<Claim[]> {
  const asked: Taken[] = [];
  const claimed = async (): Promise<Claim[]> => {
    const taken: Taken[] = [];
    for (let limit = request.limit; limit > 0; limit = request.limit - taken.length) {
      const wanted = await due(database, { ...request, limit });
      asked.push(...wanted);
      const held = await lease(database, wanted, request.leaseUntil);
      taken.push(...held);
      if (held.length === wanted.length) break;
    }
    return told(database, addresses, taken);
  };
  return orUndone(claimed, () => giveBack(database, asked));
}

async function giveBack({ sendings }: Database, asked: readonly Taken[]): Promise<void> {
  const claims = asked.map(({ attemptId, sending: { _id } }) => ({
    updateOne: {
      filter: { _id: { $eq: _id }, attemptId: { $eq: attemptId } },
      hint: byId,
      update: { $set: unclaimed, $inc: { revision: 1 } },
    },
  }));
  if (claims.length > 0) await sendings.bulkWrite(claims, { ordered: false });
}

/**
 * A sending whose lease lapsed during a call is not given out again before that call is settled: its step may have been sent, and what
 * follows is for the step to decide.
 */
async function due({ sendings }: Database, { executionId, now, limit, newId }: Request): Promise<Taken[]> {
  const found = sendings.find<SendingHead>(
    {
      executionId: { $eq: executionId },
      state: "open",
      parkedOn: null,
      dueAt: { $lte: now },
      $or: [{ attemptId: null }, { leaseUntil: { $lte: now }, calledBy: null }],
    },
    { projection: headOnly, sort: { dueAt: 1, _id: 1 }, limit, ...fresh },
  );
  return (await found.toArray()).map((sending) => ({ attemptId: newId(), claimedAt: now, sending }));
}

async function lease(database: Database, wanted: readonly Taken[], leaseUntil: Instant): Promise<readonly Taken[]> {
  if (wanted.length === 0) return wanted;
  const leases = wanted.map(({ attemptId, sending: { _id, revision } }) => ({
    updateOne: {
      filter: { _id: { $eq: _id }, revision },
      hint: byId,
      update: { $set: { attemptId, leaseUntil }, $inc: { revision: 1 } },
    },
  }));
  const { matchedCount } = await database.sendings.bulkWrite(leases, { ordered: false, ...soon });
  return matchedCount === wanted.length ? wanted : ours(database, wanted);
}

/** Those that nobody else took, moved or ended in the meantime. */
async function ours({ sendings }: Database, wanted: readonly Taken[]): Promise<Taken[]> {
  const ids = wanted.map(({ sending }) => sending._id);
  const found = await sendings.find({ _id: { $in: ids } }, { projection: { attemptId: 1 }, ...fresh }).toArray();
  const held = new Set(found.map(({ attemptId }) => attemptId));
  return wanted.filter(({ attemptId }) => held.has(attemptId));
}

/** With the people and the entities that the claims are about. */
export async function told(database: Database, addresses: Addresses, taken: readonly Taken[]): Promise<Claim[]> {
  if (taken.length === 0) return [];
  const [people, entities] = await Promise.all([peopleOf(database, addresses, taken), entitiesOf(database, taken)]);
  return taken.map(({ attemptId, claimedAt, sending }) => {
    const { contact, suppressed } = people(sending);
    return {
      attemptId,
      claimedAt,
      sending: sendingOf(sending),
      contact,
      entity: entities.get(sending.executionId) ?? null,
      suppressed,
    };
  });
}

async function peopleOf(
  database: Database,
  addresses: Addresses,
  taken: readonly Taken[],
): Promise<(sending: SendingHead) => Pick<Claim, "contact" | "suppressed">> {
  const ids = [...new Set(taken.map(({ sending }) => sending.contactId))];
  const found = await database.contacts.find({ _id: { $in: ids } }).toArray();
  const byId = new Map(found.map((contact) => [contact._id, contact]));
  const suppressed = new Set<string>();
  for (const [organization, theirs] of Map.groupBy(found, (contact) => contact.organization)) {
    const hashes = theirs.map(({ addressHash }) => addressHash);
    for (const hash of await addresses.suppressed(organization, hashes)) suppressed.add(organization + hash);
  }
  return (sending) => {
    const contact = byId.get(sending.contactId);
    const isSuppressed = contact !== undefined && suppressed.has(contact.organization + contact.addressHash);
    return { contact: contact ? contactOf(contact) : nobody(sending), suppressed: isSuppressed };
  };
}

/** Of a person who is gone. */
function nobody({ contactId, organization, createdAt }: SendingHead): Contact {
  return newContact(contactId, organization, "", createdAt);
}

/** All sendings of an execution are about the same. */
async function entitiesOf(database: Database, taken: readonly Taken[]): Promise<Map<string, Entity | null>> {
  const about = taken.filter(({ sending }) => sending.entity !== null).map(({ sending }) => sending.executionId);
  const entities = [...new Set(about)].map(async (id): Promise<[string, Entity | null]> => [
    id,
    await entityOfExecution(database, id),
  ]);
  return new Map(await Promise.all(entities));
}
