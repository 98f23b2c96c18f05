import type { Entity, NewEvent } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { entityOf } from "./entity-documents.js";
import { keepEvents } from "./inbox-accept.js";
import { eventDocument } from "./inbox-documents.js";

/** Entities whose end is to be told by then, earliest first. */
export async function ended({ entities }: Database, by: Instant, limit: number): Promise<Entity[]> {
  const due = { endedDueAt: { $gte: Number.MIN_SAFE_INTEGER, $lte: by } };
  const found = await entities.find(due, { sort: { endedDueAt: 1, _id: 1 }, limit }).toArray();
  return found.map(entityOf);
}

/** Of two that tell the same end, one is answered `true`. */
export async function tellEnded(
  database: Database,
  addresses: Addresses,
  { organization, source, key, endedDueAt }: Entity,
  event: NewEvent,
): Promise<boolean> {
  if (endedDueAt === null) return false;
  const document = eventDocument(event, addresses);
  const named = { organization: { $eq: organization }, source: { $eq: source }, names: { $eq: key } };
  return database.transaction(async (session) => {
    const { matchedCount } = await database.entities.updateOne(
      { ...named, endedDueAt: { $eq: endedDueAt } },
      [{ $set: { toldEnd: "$endsAt", endedDueAt: null, revision: { $add: ["$revision", 1] } } }],
      { session },
    );
    if (matchedCount === 0) return false;
    const [isKept = false] = await keepEvents(database, session, [document]);
    return isKept;
  });
}
