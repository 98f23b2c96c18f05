import type { ClientSession } from "mongodb";
import type { KeptEntity } from "../../contracts/entities.js";
import type { Instant } from "../../contracts/model.js";
import { untoldRefund, wholeRefund } from "../../contracts/refunds.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { keepEvents } from "./inbox-accept.js";
import { eventDocument, eventOf } from "./inbox-documents.js";

/** Inside a transaction: keeps the event that tells that nothing is left of an order, when nobody has told it yet. */
export async function tellWhole(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  entity: KeptEntity,
  id: string,
  now: Instant,
): Promise<boolean> {
  const told = untoldRefund(entity);
  if (told === null) return false;
  const own = { _id: { $eq: told }, organization: { $eq: entity.organization } };
  const found = await database.inbox.findOne(own, { session });
  const event = found ? wholeRefund(eventOf(found), entity, id, now) : undefined;
  if (!event) return false;
  const [isKept = false] = await keepEvents(database, session, [eventDocument(event, addresses)]);
  return isKept;
}
