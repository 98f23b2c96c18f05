import type { Contact, Instant } from "../../contracts/model.js";
import type { Entity } from "../../contracts/inbox.js";
import { newContact } from "../../contracts/rules.js";
import type { Claim, Sendings } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { contactOf } from "./contact-documents.js";
import { attemptIdIn, attemptIdOf } from "./attempt-ids.js";
import type { Database } from "./database.js";
import { entityOfExecution } from "./entity-documents.js";
import { grouped } from "./grouped.js";
import { writeGuarded } from "./guarded-writes.js";
import { fresh, gather, inOne, soon } from "./hot.js";
import { headOnly, sendingOf, unclaimed, type SendingHead } from "./sending-documents.js";
import { orUndone } from "./undone.js";

/** A claim before it is known who and what it is about. */
export interface Taken {
  attemptId: string;
  claimedAt: Instant;
  sending: SendingHead;
}

type Request = Parameters<Sendings["claimDue"]>[0];

/** Sendings that one claim is to take. */
interface Wanted {
  claim: string;
  leaseUntil: Instant;
  taken: Taken[];
}

/** How many sendings are taken by one claim, about. */
const most = 800;
/** As many executions as there are places for their jobs. */
const executions = 64;

/** Takes what is due. Calls that come at the same time for several executions are answered together. */
export function dueClaims(database: Database, addresses: Addresses): Sendings["claimDue"] {
  /** Sendings of an execution, as of late. */
  let usual = most / executions;
  return grouped(
    { most, weigh: () => usual, together: true, gather, namesOf: ({ executionId }) => [executionId] },
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
    const claims: Claim[] = [];
    for (let open = [...requests]; open.length > 0;) {
      const wanted = await due(database, open);
      asked.push(...wanted.taken);
      // Whom they are about may be read meanwhile: what makes them unwanted ends the sendings, too, and a call of theirs is refused then.
      const [leasing, telling] = [lease(database, wanted), told(database, addresses, wanted.taken)];
      // Both have ended before one's failure is told: no claim is to be written after it was given back.
      await Promise.allSettled([leasing, telling]);
      const [held, known] = [await leasing, await telling];
      const ours = new Set(held.map(({ attemptId }) => attemptId));
      claims.push(...known.filter(({ attemptId }) => ours.has(attemptId)));
      if (held.length === wanted.taken.length) break;
      const [sought, got] = [wanted.taken, held].map(byExecution);
      open = open.flatMap((request) => {
        const count = got?.get(request.executionId)?.length ?? 0;
        const isLess = count < (sought?.get(request.executionId)?.length ?? 0);
        return isLess ? [{ ...request, limit: request.limit - count }] : [];
      });
    }
    usual = Math.max(claims.length / requests.length, most / executions);
    const byId = Map.groupBy(claims, ({ sending }) => sending.executionId);
    return requests.map(({ executionId }) => byId.get(executionId) ?? []);
  }
}

async function giveBack({ sendings }: Database, asked: readonly Taken[]): Promise<void> {
  const update = { $set: unclaimed, $inc: { revision: 1 } };
  const claims = asked.map(({ attemptId, sending }) => ({ ids: [sending._id], filter: { attemptId }, update }));
  await writeGuarded(sendings, claims);
}

function byExecution<T extends Taken>(taken: readonly T[]): Map<string, T[]> {
  return Map.groupBy(taken, ({ sending }) => sending.executionId);
}

/**
 * What each request may take, earliest first, by one claim for all: from the last one's time on, and for as long as the longest. An execution
 * has so few sendings that they are read before they are counted.
 */
async function due({ sendings }: Database, requests: readonly Request[]): Promise<Wanted> {
  const latest = Math.max(...requests.map(({ now }) => now));
  const leaseUntil = Math.max(...requests.map((request) => request.leaseUntil));
  const claim = requests[0]?.newId() ?? "";
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
  const taken = requests.flatMap(({ executionId, now, limit }) => {
    const theirs = (heads.get(executionId) ?? []).filter((sending) => isFree(sending, now));
    return theirs
      .slice(0, limit)
      .map((sending) => ({ attemptId: attemptIdOf(claim, sending._id), claimedAt: latest, sending }));
  });
  return { claim, leaseUntil, taken };
}

/**
 * A sending whose lease lapsed during a call is not given out again before that call is settled: its step may have been sent, and what
 * follows is for the step to decide.
 */
function isFree({ dueAt, attemptId, leaseUntil, calledBy }: SendingHead, now: Instant): boolean {
  if (dueAt === null || dueAt > now) return false;
  return attemptId === null || (leaseUntil !== null && leaseUntil <= now && calledBy === null);
}

async function lease({ sendings }: Database, { claim, leaseUntil, taken }: Wanted): Promise<readonly Taken[]> {
  if (taken.length === 0) return taken;
  const held = { attemptId: attemptIdIn(claim), leaseUntil, revision: { $add: ["$revision", 1] } };
  const leases = [...Map.groupBy(taken, ({ sending }) => sending.revision)].map(([revision, group]) => ({
    ids: group.map(({ sending }) => sending._id),
    filter: { revision },
    update: [{ $set: held }],
  }));
  const matched = await writeGuarded(sendings, leases, soon);
  if (matched === taken.length) return taken;
  // Those that nobody else took, moved or ended in the meantime.
  const ids = taken.map(({ sending }) => sending._id);
  const found = await sendings.find({ _id: { $in: ids } }, { projection: { attemptId: 1 }, ...fresh }).toArray();
  const ours = new Set(found.map(({ attemptId }) => attemptId));
  return taken.filter(({ attemptId }) => ours.has(attemptId));
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
