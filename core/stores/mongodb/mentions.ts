import { Binary, type ClientSession, type Filter, type UpdateFilter } from "mongodb";
import { addressesIn } from "../../contracts/addresses-in.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import type { EntityDocument, InboxDocument } from "./documents.js";

/** Texts with more addresses than this are looked through when somebody is to be forgotten, instead of being found by each of them. */
const most = 1_000;
/** Stands for the addresses of such texts. No hash is as short. */
const many = "many";

/** The hashes of the addresses in texts, by which what holds the texts is found when one of them is to be forgotten. */
export function mentionsOf(addresses: Addresses, texts: readonly string[]): string[] {
  const found = new Set(texts.flatMap((text) => [...addressesIn(text)]));
  return found.size > most ? [many] : [...found].map((address) => addresses.hash(address));
}

/** The field of a document that has them: missing when there are none. */
export function mentionsField(mentions: string[]): { mentions?: string[] } {
  return mentions.length > 0 ? { mentions } : {};
}

/** Inside a transaction: empties the events and the entities of the organization that name the address (in lower case). */
export async function forgetMentioned(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  organization: string,
  email: string,
): Promise<void> {
  const hash = addresses.hash(email);
  const naming = { organization: { $eq: organization }, mentions: { $eq: hash } };
  const perhaps = { organization: { $eq: organization }, mentions: { $eq: many, $ne: hash } };
  await emptyEvents(database, session, addresses, email, [naming, perhaps]);
  await emptyEntities(database, session, email, [naming, perhaps]);
}

/** `perhaps`: those that name so many that their texts have to tell. */
type Which<D> = readonly [naming: Filter<D>, perhaps: Filter<D>];

async function emptyEvents(
  { inbox }: Database,
  session: ClientSession,
  addresses: Addresses,
  email: string,
  [naming, perhaps]: Which<InboxDocument>,
): Promise<void> {
  const short = { projection: { headers: 1, notes: 1 }, session } as const;
  const found = await inbox.find(naming, short).toArray();
  for await (const event of inbox.find(perhaps, { session })) {
    if (addressesIn(textOf(event)).has(email)) found.push(event);
  }
  const updates = found.map((event) => ({
    updateOne: { filter: { _id: { $eq: event._id } }, update: emptied(event, addresses, email) },
  }));
  if (updates.length > 0) await inbox.bulkWrite(updates, { session, ordered: false });
}

/** What does not name the address stays: of whom else it names it is known still. */
function emptied(
  event: Pick<InboxDocument, "headers" | "notes">,
  addresses: Addresses,
  email: string,
): UpdateFilter<InboxDocument> {
  const isOther = (text: string) => !addressesIn(text).has(email);
  const headers = Object.entries(JSON.parse(event.headers) as Record<string, string>).filter(([, text]) =>
    isOther(text),
  );
  const notes = event.notes.filter(isOther);
  const mentions = mentionsOf(addresses, [...headers.map(([, text]) => text), ...notes]);
  const nothing = { body: new Binary(), query: "", commands: "[]", forgotten: true };
  const kept = { ...nothing, headers: JSON.stringify(Object.fromEntries(headers)), notes };
  return mentions.length > 0 ? { $set: { ...kept, mentions } } : { $set: kept, $unset: { mentions: true } };
}

function textOf({ body, query, headers, commands, notes }: InboxDocument): string {
  return [new TextDecoder().decode(body.value()), query, headers, commands, ...notes].join("\n");
}

async function emptyEntities(
  { entities }: Database,
  session: ClientSession,
  email: string,
  [naming, perhaps]: Which<EntityDocument>,
): Promise<void> {
  const found = await entities.find(naming, { projection: { data: 1 }, session }).toArray();
  for await (const entity of entities.find(perhaps, { session })) {
    if (addressesIn(entity.data).has(email)) found.push(entity);
  }
  const nothing = { $set: { data: "{}" }, $unset: { mentions: true }, $inc: { revision: 1 } } as const;
  if (found.length > 0) await entities.updateMany({ _id: { $in: found.map(({ _id }) => _id) } }, nothing, { session });
}
