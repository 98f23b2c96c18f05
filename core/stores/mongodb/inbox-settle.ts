import type { ClientSession } from "mongodb";
import type { IntakeResult, Settled } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import { holdSendings } from "./cancelling.js";
import type { Database } from "./database.js";
import { forgetCaptured, prepareRedact, redact } from "./erase.js";
import { grouped } from "./grouped.js";
import { carryOut, type Held } from "./inbox-causes.js";
import { findClaimed, keepUneventful, lost } from "./inbox-result.js";

interface Settlement {
  result: IntakeResult;
  now: Instant;
}

/** Beyond as many one transaction is no faster, and meets more of the others. */
const atOnce = 32;

/**
 * Carries out what events cause, or nothing of it when their claims were lost. Those that wait share a transaction, unless they are about
 * the same.
 */
export function eventSettler(
  database: Database,
  addresses: Addresses,
): (result: IntakeResult, now: Instant) => Promise<Settled> {
  const keep = grouped<IntakeResult, Settled>({ most: 100, namesOf: ({ eventId }) => [eventId] }, (results) =>
    keepUneventful(database, addresses, results),
  );
  const settle = grouped<Settlement, Settled>({ most: atOnce, abreast: 2, namesOf }, (settlements) =>
    settleTogether(database, addresses, settlements),
  );

  return (result, now) => {
    if (result.status !== "processed") return keep(result);
    if (result.redact.length > 0) return settleRedacting(database, addresses, { result, now });
    return settle({ result, now });
  };
}

/** What two settlements would meet in: the event, entities of any source, people. */
function namesOf({ result: { eventId, entity, plans, cancels } }: Settlement): string[] {
  const said = entity ? [entity.key, ...entity.aliases, entity.replaces] : [];
  const about = plans.map(({ execution }) => execution.entity);
  const keys = [...said, ...about, ...cancels.map((one) => one.entity)].filter((key) => key !== null);
  const people = plans.flatMap((plan) => plan.people.map(({ email }) => email));
  return [...new Set([`event ${eventId}`, ...keys.map((key) => `entity ${key}`), ...people])];
}

async function settleTogether(
  database: Database,
  addresses: Addresses,
  settlements: readonly Settlement[],
): Promise<Settled[]> {
  const reached = new Set<string>();
  const settled = await database.transaction(async (session) => {
    await holdSendings(database, session, [...reached]);
    const held = await findHeld(database, session, settlements);
    return carryOut(database, session, addresses, held, reached);
  });
  return Promise.all(settlements.map(async ({ result }) => settled.get(result.eventId) ?? lost(database, result)));
}

async function findHeld(
  database: Database,
  session: ClientSession,
  settlements: readonly Settlement[],
): Promise<Held[]> {
  const results = settlements.map(({ result }) => result);
  const events = await findClaimed(database, results, session);
  return settlements.flatMap(({ result, now }) => {
    const event = events.get(result.eventId);
    return event ? [{ event, result, now }] : [];
  });
}

/** Forgets people first. A long history of somebody is not forgotten in one transaction. */
async function settleRedacting(database: Database, addresses: Addresses, settlement: Settlement): Promise<Settled> {
  const { result, now } = settlement;
  const emails = result.redact.map((email) => email.trim().toLowerCase());
  for (const { organization } of (await findClaimed(database, [result])).values()) {
    for (const email of emails) await prepareRedact(database, addresses, organization, email, now);
  }
  const reached = new Set<string>();
  const { settled, erased } = await database.transaction(async (session) => {
    await holdSendings(database, session, [...reached]);
    const erased: string[] = [];
    for (const { event } of await findHeld(database, session, [settlement])) {
      for (const email of emails) {
        const contactId = await redact(database, addresses, session, event.organization, email, now);
        if (contactId !== undefined) erased.push(contactId);
      }
    }
    // Once more: those who were forgotten may be named in it.
    const held = await findHeld(database, session, [settlement]);
    return { settled: await carryOut(database, session, addresses, held, reached), erased };
  });
  for (const contactId of erased) await forgetCaptured(database, contactId);
  return settled.get(result.eventId) ?? lost(database, result);
}
