import type { Contact, Instant } from "../../contracts/model.js";
import type { Entity } from "../../contracts/inbox.js";
import { newContact } from "../../contracts/rules.js";
import type { Claim, Sendings } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { contactOf } from "./contact-documents.js";
import type { Database } from "./database.js";
import { entityOfExecution } from "./entity-documents.js";
import { grouped } from "./grouped.js";
import { writeGuarded } from "./guarded-writes.js";
import { fresh, inOne, soon } from "./hot.js";
import { headOnly, sendingOf, unclaimed, type SendingHead } from "./sending-documents.js";
import { orUndone } from "./undone.js";

/** A claim before it is known who and what it is about. */
export interface Taken {
  attemptId: string;
  claimedAt: Instant;
  sending: SendingHead;
}

type Request = Parameters<Sendings["claimDue"]>[0];

/** A claim to be written. */
interface Wanted extends Taken {
  leaseUntil: Instant;
}

/** Executions whose claims are taken together, and how many such groups at once. */
const executions = 8;
const groups = 3;

/** Takes what is due. Calls that come at the same time for several executions are answered together. */
export function dueClaims(database: Database, addresses: Addresses): Sendings["claimDue"] {
  return grouped(
    { most: executions, abreast: groups, together: true, namesOf: ({ executionId }) => [executionId] },
    claim,
  );

  /** Where somebody else was faster, it looks for what is left. No two of the requests are about the same execution. */
  function claim(requests: readonly Request[]): Promise<Claim[][]> {
    const asked: Taken[] = [];
    return orUndone(
      () => claimed(requests, asked),
      () => giveBack(database, asked),
    );
  }

  /** `asked`: is told of every claim before it is written. */
  async function claimed(requests: readonly Request[], asked: Taken[]): Promise<Claim[][]> {
    const taken: Taken[] = [];
    for (let open = [...requests]; open.length > 0;) {
      const wanted = await due(database, open);
      asked.push(...wanted);
      const held = await lease(database, wanted);
      taken.push(...held);
      if (held.length === wanted.length) break;
      const [sought, got] = [wanted, held].map(byExecution);
      open = open.flatMap((request) => {
        const count = got?.get(request.executionId)?.length ?? 0;
        const isLess = count < (sought?.get(request.executionId)?.length ?? 0);
        return isLess ? [{ ...request, limit: request.limit - count }] : [];
      });
    }
    const claims = Map.groupBy(await told(database, addresses, taken), ({ sending }) => sending.executionId);
    return requests.map(({ executionId }) => claims.get(executionId) ?? []);
  }
}

async function giveBack({ sendings }: Database, asked: readonly Taken[]): Promise<void> {
  const claims = asked.map(({ attemptId, sending: { _id } }) => ({
    filter: { _id: { $eq: _id }, attemptId: { $eq: attemptId } },
    update: { $set: unclaimed, $inc: { revision: 1 } },
  }));
  if (claims.length > 0) await writeGuarded(sendings, claims);
}

function byExecution<T extends Taken>(taken: readonly T[]): Map<string, T[]> {
  return Map.groupBy(taken, ({ sending }) => sending.executionId);
}

/** What each request may take, earliest first. An execution has so few sendings that they are read before they are counted. */
async function due({ sendings }: Database, requests: readonly Request[]): Promise<Wanted[]> {
  const latest = Math.max(...requests.map(({ now }) => now));
  const found = sendings.find<SendingHead>(
    {
      executionId: { $in: requests.map(({ executionId }) => executionId) },
      state: "open",
      parkedOn: null,
      dueAt: { $lte: latest },
      $or: [{ attemptId: null }, { leaseUntil: { $lte: latest }, calledBy: null }],
    },
    { projection: headOnly, sort: { dueAt: 1, _id: 1 }, ...inOne, ...fresh },
  );
  const heads = Map.groupBy(await found.toArray(), ({ executionId }) => executionId);
  return requests.flatMap(({ executionId, now, leaseUntil, limit, newId }) => {
    const theirs = (heads.get(executionId) ?? []).filter((sending) => isFree(sending, now));
    return theirs.slice(0, limit).map((sending) => ({ attemptId: newId(), claimedAt: now, leaseUntil, sending }));
  });
}

/**
 * A sending whose lease lapsed during a call is not given out again before that call is settled: its step may have been sent, and what
 * follows is for the step to decide.
 */
function isFree({ dueAt, attemptId, leaseUntil, calledBy }: SendingHead, now: Instant): boolean {
  if (dueAt === null || dueAt > now) return false;
  return attemptId === null || (leaseUntil !== null && leaseUntil <= now && calledBy === null);
}

async function lease({ sendings }: Database, wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
  if (wanted.length === 0) return wanted;
  const leases = wanted.map(({ attemptId, leaseUntil, sending: { _id, revision } }) => ({
    filter: { _id: { $eq: _id }, revision },
    update: { $set: { attemptId, leaseUntil }, $inc: { revision: 1 } },
  }));
  const matched = await writeGuarded(sendings, leases, soon);
  if (matched === wanted.length) return wanted;
  // Those that nobody else took, moved or ended in the meantime.
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
  const found = await database.contacts.find({ _id: { $in: ids } }, inOne).toArray();
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
