import { randomUUID } from "node:crypto";
import type { ClientSession } from "mongodb";
import { isNamedBy, updatedEntity, type KeptEntity } from "../../contracts/entities.js";
import type { Entity, EntityUpdate } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import type { EntityDocument } from "./documents.js";
import { keptEntityOf } from "./entity-documents.js";
import { mentionsOf } from "./mentions.js";

type Home = Pick<Entity, "organization" | "source">;

/** What an update did: the entity with all its names, and those that it was made of, as they were. */
export interface Updated {
  entity: KeptEntity;
  names: readonly string[];
  before: readonly KeptEntity[];
}

/** Inside a transaction: takes an update in, and makes one entity of those that it names. */
export async function updateEntity(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  home: Home,
  update: EntityUpdate,
  now: Instant,
): Promise<Updated> {
  const found = await findNamed(database, session, home, update);
  const told = found.filter(({ isUntold }) => !isUntold);
  const find = (name: string) => told.find(({ names }) => names.includes(name));
  const own = find(update.key);
  const replaced = update.replaces === null ? undefined : find(update.replaces);
  const others = update.aliases.map(find).filter((one) => one !== undefined && isNamedBy(update, one));
  const joined = [...new Set([own, replaced, ...others])].filter((one) => one !== undefined);
  const kept = new Map(joined.map((one) => [one, keptEntityOf(one)]));
  const named = {
    own: own && kept.get(own),
    isReplaced: own?.replaced.includes(update.key) ?? false,
    replaced: replaced && replaced !== own ? kept.get(replaced) : undefined,
    others: [...kept].filter(([one]) => one !== own && one !== replaced).map(([, entity]) => entity),
  };
  const entity = updatedEntity(named, update, home, now);
  const taken = told.filter((one) => !joined.includes(one)).flatMap(({ names }) => names);
  const naming = allNames(joined, update, taken);
  const [first, ...rest] = joined;
  const gone = [...rest, ...found.filter(({ isUntold }) => isUntold)];
  await write(database, session, addresses, first?._id, { ...entity, ...naming }, gone);
  return { entity, names: naming.names, before: [...kept.values()] };
}

/** All that have one of the update's names. */
async function findNamed(
  { entities }: Database,
  session: ClientSession,
  { organization, source }: Home,
  { key, aliases, replaces }: EntityUpdate,
): Promise<EntityDocument[]> {
  const names = [key, ...aliases, ...(replaces === null ? [] : [replaces])];
  const which = { organization: { $eq: organization }, source: { $eq: source }, names: { $in: names } };
  return entities.find(which, { session }).toArray();
}

/** A name that another entity has stays with it. */
function allNames(
  joined: readonly EntityDocument[],
  { key, aliases, replaces }: EntityUpdate,
  taken: readonly string[],
): Pick<EntityDocument, "names" | "replaced"> {
  const older = replaces === null || replaces === key ? [] : [replaces];
  const said = [key, ...aliases, ...older].filter((name) => !taken.includes(name));
  return {
    names: [...new Set([...joined.flatMap(({ names }) => names), ...said])],
    replaced: [...new Set([...joined.flatMap(({ replaced }) => replaced), ...older])],
  };
}

/** Those that are gone go first: their names are free then. */
async function write(
  { entities }: Database,
  session: ClientSession,
  addresses: Addresses,
  known: string | undefined,
  { data, ...entity }: KeptEntity & Pick<EntityDocument, "names" | "replaced">,
  gone: readonly EntityDocument[],
): Promise<void> {
  const ids = gone.map(({ _id }) => _id);
  if (ids.length > 0) await entities.deleteMany({ _id: { $in: ids } }, { session });
  const text = JSON.stringify(data);
  const mentions = mentionsOf(addresses, [text]);
  const fields = { ...entity, data: text };
  await entities.updateOne(
    { _id: { $eq: known ?? randomUUID() } },
    {
      $set: mentions.length > 0 ? { ...fields, mentions } : fields,
      ...(mentions.length > 0 ? {} : { $unset: { mentions: true } }),
      $inc: { revision: 1 },
    },
    { session, upsert: known === undefined },
  );
}

/**
 * Inside a transaction: the entity of this name, as it is known, which nobody changes or makes until the transaction has ended: somebody is
 * started for it because of what it is.
 */
export async function relyOnEntity(
  { entities }: Database,
  session: ClientSession,
  { organization, source, key }: Pick<Entity, "organization" | "source" | "key">,
): Promise<KeptEntity | undefined> {
  const named = { organization: { $eq: organization }, source: { $eq: source }, names: { $eq: key } };
  const found = await entities.findOneAndUpdate(named, { $inc: { revision: 1 } }, { session });
  if (found) return found.isUntold ? undefined : keptEntityOf(found);
  const nothing = { status: null, startsAt: null, endsAt: null, data: "{}", version: null, updatedAt: 0 };
  const ends = { endedDelay: null, toldEnd: null, endedDueAt: null };
  const untold = { kind: "order", revision: 0, isUntold: true } as const;
  const names = { key, names: [key], replaced: [] };
  await entities.insertOne(
    { _id: randomUUID(), organization, source, ...names, ...nothing, ...ends, ...untold },
    { session },
  );
  return undefined;
}
