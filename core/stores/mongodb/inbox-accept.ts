import { MongoBulkWriteError, type ClientSession, type Filter } from "mongodb";
import { StoreUnavailable } from "../../contracts/errors.js";
import type { NewEvent } from "../../contracts/inbox.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { idOf, type InboxDocument } from "./documents.js";
import { grouped } from "./grouped.js";
import { eventDocument } from "./inbox-documents.js";

/** Events that are written by one command. */
const atOnce = 500;

/**
 * Keeps events, each once per source and delivery. Those that come one by one are written together with others that wait, which takes no
 * transaction: each is whole by itself.
 */
export function eventKeeper(
  database: Database,
  addresses: Addresses,
): (events: readonly NewEvent[]) => Promise<boolean[]> {
  const keepOne = grouped(atOnce, (documents: readonly InboxDocument[]) => insertEach(database, documents));

  return async (events) => {
    const documents = events.map((event) => eventDocument(event, addresses));
    const [first, ...more] = documents;
    if (!first) return [];
    if (more.length === 0) return [await keepOne(first)];
    return database.transaction((session) => keepEvents(database, session, documents));
  };
}

async function insertEach({ inbox }: Database, documents: readonly InboxDocument[]): Promise<boolean[]> {
  try {
    await inbox.insertMany(documents, { ordered: false });
    return documents.map(() => true);
  } catch (cause) {
    const known = duplicatesIn(cause);
    return documents.map((_, index) => !known.has(index));
  }
}

/** Which ones were there; throws what else went wrong. */
function duplicatesIn(cause: unknown): Set<number> {
  if (!(cause instanceof MongoBulkWriteError)) throw cause;
  // One that is there, but may be lost again, is not kept yet.
  if (cause.result.getWriteConcernError())
    throw new StoreUnavailable("MongoDB has not kept the events safely in time", { cause });
  const errors = [cause.writeErrors].flat();
  if (!errors.every(({ code }) => code === 11000)) throw cause;
  return new Set(errors.map(({ index }) => index));
}

/** Inside a transaction: `false` for each delivery that is there already. */
export async function keepEvents(
  { inbox }: Database,
  session: ClientSession,
  documents: readonly InboxDocument[],
): Promise<boolean[]> {
  const known = await inbox.find(sameAs(documents), { projection: keyFields, session }).toArray();
  const keys = new Set(known.flatMap(keysOf));
  const fresh = documents.map((document) => {
    const own = keysOf(document);
    const isNew = !own.some((key) => keys.has(key));
    for (const key of own) keys.add(key);
    return isNew;
  });
  const wanted = documents.filter((_, index) => fresh[index]);
  if (wanted.length > 0) await inbox.insertMany(wanted, { session });
  return fresh;
}

const keyFields = { organization: 1, source: 1, deliveryId: 1 } as const;
type Keyed = Pick<InboxDocument, "_id" | keyof typeof keyFields>;

/** What no two events have in common. */
function keysOf({ _id, organization, source, deliveryId }: Keyed): string[] {
  return [idOf(_id), idOf(organization, source, deliveryId)];
}

function sameAs(documents: readonly Keyed[]): Filter<InboxDocument> {
  const homes = Map.groupBy(documents, ({ organization, source }) => idOf(organization, source));
  const deliveries = [...homes.values()].map((those) => ({
    organization: { $eq: those[0]?.organization ?? "" },
    source: { $eq: those[0]?.source ?? "" },
    deliveryId: { $in: those.map(({ deliveryId }) => deliveryId) },
  }));
  return { $or: [{ _id: { $in: documents.map(({ _id }) => _id) } }, ...deliveries] };
}
