import type { ClientSession, Collection } from "mongodb";
import type { KeptEntity } from "../../contracts/entities.js";
import type { Entity } from "../../contracts/inbox.js";
import type { JsonObject } from "../../contracts/model.js";
import { within } from "./addresses.js";
import type { Database } from "./database.js";
import type { EntityDocument } from "./documents.js";

export function entityOf(document: EntityDocument): Entity {
  return {
    organization: document.organization,
    source: document.source,
    key: document.key,
    kind: document.kind,
    status: document.status,
    startsAt: document.startsAt,
    endsAt: document.endsAt,
    data: JSON.parse(document.data) as JsonObject,
    version: document.version,
    updatedAt: document.updatedAt,
    endedDueAt: document.endedDueAt,
  };
}

export function keptEntityOf(document: EntityDocument): KeptEntity {
  return { ...entityOf(document), endedDelay: document.endedDelay, toldEnd: document.toldEnd };
}

/** The entity of this name, of which somebody has told something. */
export async function findEntity(
  { entities }: { entities: Collection<EntityDocument> },
  organization: string,
  source: string,
  key: string,
  session?: ClientSession,
): Promise<EntityDocument | undefined> {
  const named = { organization: { $eq: organization }, source: { $eq: source }, names: { $eq: key } };
  const found = await entities.findOne(named, within(session));
  return found === null || found.isUntold ? undefined : found;
}

/** What the execution is about, as it is known now. */
export async function entityOfExecution(database: Database, executionId: string): Promise<Entity | null> {
  const execution = await database.executions.findOne({ _id: { $eq: executionId } });
  if (!execution || execution.entity === null) return null;
  const found = await findEntity(database, execution.organization, execution.source, execution.entity);
  return found ? entityOf(found) : null;
}

/** Every name of the entity that has this one; of one that nobody has heard of, this one. */
export async function namesOf(
  database: Database,
  organization: string,
  source: string,
  key: string,
  session?: ClientSession,
): Promise<string[]> {
  return (await findEntity(database, organization, source, key, session))?.names ?? [key];
}
