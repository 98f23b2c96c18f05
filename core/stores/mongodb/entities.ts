import { randomUUID } from "node:crypto";
import type { AnyBulkWriteOperation, ClientSession } from "mongodb";
import { isNamedBy, updatedEntity, type KeptEntity } from "../../contracts/entities.js";
import type { Entity, EntityUpdate } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import type { EntityDocument } from "./documents.js";
import { keptEntityOf } from "./entity-documents.js";
import { mentionsOf } from "./mentions.js";

type Home = Pick<Entity, "organization" | "source">;
type Operation = AnyBulkWriteOperation<EntityDocument>;

/** What an event says of an entity. */
export interface Said {
  home: Home;
  update: EntityUpdate;
  now: Instant;
}

/** What an update did: the entity with all its names, and those that it was made of, as they were. */
export interface Updated {
  entity: KeptEntity;
  names: readonly string[];
  before: readonly KeptEntity[];
}

/**
 * Inside a transaction: takes updates in, and makes one entity of those that each of them names. Throws when two of the updates turn out to be
 * about the same: these are to be taken in one after another.
 */
export async function updateEntities(
  { entities }: Database,
  session: ClientSession,
  addresses: Addresses,
  said: readonly Said[],
): Promise<Updated[]> {
  if (said.length === 0) return [];
  const found = await entities.find({ $or: said.map(namedBy) }, { session }).toArray();
  const gone: string[] = [];
  const writes: Operation[] = [];
  const met = new Set<EntityDocument>();
  const updated = said.map((one) => {
    const own = found.filter((document) => isNamed(document, one));
    if (own.some((document) => met.has(document))) throw new Error("Two of the updates are about one entity");
    for (const document of own) met.add(document);
    const { known, others, ...result } = takenIn(own, one);
    gone.push(...others.map(({ _id }) => _id));
    writes.push(writeOf(addresses, known?._id, result));
    return { entity: result.entity, names: result.names, before: result.before };
  });
  // Those that are gone go first: their names are free then.
  const removal: Operation[] = gone.length > 0 ? [{ deleteMany: { filter: { _id: { $in: gone } } } }] : [];
  await entities.bulkWrite([...removal, ...writes], { session });
  return updated;
}

function namesIn({ key, aliases, replaces }: EntityUpdate): string[] {
  return [key, ...aliases, ...(replaces === null ? [] : [replaces])];
}

function namedBy({ home: { organization, source }, update }: Said) {
  return { organization: { $eq: organization }, source: { $eq: source }, names: { $in: namesIn(update) } };
}

function isNamed({ organization, source, names }: EntityDocument, { home, update }: Said): boolean {
  const isAtHome = organization === home.organization && source === home.source;
  return isAtHome && namesIn(update).some((name) => names.includes(name));
}

/** `found`: all that have one of the update's names. `known` becomes the entity, and `others` are part of it from now on. */
function takenIn(found: readonly EntityDocument[], { home, update, now }: Said) {
  const told = found.filter(({ isUntold }) => !isUntold);
  const find = (name: string) => told.find(({ names }) => names.includes(name));
  const own = find(update.key);
  const replaced = update.replaces === null ? undefined : find(update.replaces);
  const aliased = update.aliases.map(find).filter((one) => one !== undefined && isNamedBy(update, one));
  const joined = [...new Set([own, replaced, ...aliased])].filter((one) => one !== undefined);
  const kept = new Map(joined.map((one) => [one, keptEntityOf(one)]));
  const named = {
    own: own && kept.get(own),
    isReplaced: own?.replaced.includes(update.key) ?? false,
    replaced: replaced && replaced !== own ? kept.get(replaced) : undefined,
    others: [...kept].filter(([one]) => one !== own && one !== replaced).map(([, entity]) => entity),
  };
  const entity = updatedEntity(named, update, home, now);
  const taken = told.filter((one) => !joined.includes(one)).flatMap(({ names }) => names);
  const [known, ...rest] = joined;
  const others = [...rest, ...found.filter(({ isUntold }) => isUntold)];
  return { entity, ...allNames(joined, update, taken), before: [...kept.values()], known, others };
}

/** A name that another entity has stays with it. */
function allNames(
  joined: readonly EntityDocument[],
  update: EntityUpdate,
  taken: readonly string[],
): Pick<EntityDocument, "names" | "replaced"> {
  const { key, replaces } = update;
  const older = replaces === null || replaces === key ? [] : [replaces];
  const said = namesIn(update).filter((name) => !taken.includes(name));
  return {
    names: [...new Set([...joined.flatMap(({ names }) => names), ...said])],
    replaced: [...new Set([...joined.flatMap(({ replaced }) => replaced), ...older])],
  };
}

function writeOf(
  addresses: Addresses,
  known: string | undefined,
  { entity: { data, ...entity }, names, replaced }: { entity: KeptEntity } & Pick<EntityDocument, "names" | "replaced">,
): Operation {
  const text = JSON.stringify(data);
  const mentions = mentionsOf(addresses, [text]);
  const fields = { ...entity, names, replaced, data: text };
  const update =
    mentions.length > 0 ? { $set: { ...fields, mentions } } : { $set: fields, $unset: { mentions: true as const } };
  return {
    updateOne: {
      filter: { _id: { $eq: known ?? randomUUID() } },
      update: { ...update, $inc: { revision: 1 } },
      upsert: known === undefined,
    },
  };
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
