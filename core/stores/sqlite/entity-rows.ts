import type { KeptEntity } from "../../contracts/entities.js";
import type { Entity } from "../../contracts/inbox.js";
import type { JsonObject } from "../../contracts/model.js";
import type { Database } from "./database.js";

/** A row of `entities`. */
export interface EntityRow {
  id: number;
  organization: string;
  source: string;
  key: string;
  kind: Entity["kind"];
  status: string | null;
  starts_at: number | null;
  ends_at: number | null;
  data: string;
  version: number | null;
  updated_at: number;
  ended_delay: number | null;
  told_end: number | null;
  ended_due_at: number | null;
}

export function entityOf(row: EntityRow): Entity {
  return {
    organization: row.organization,
    source: row.source,
    key: row.key,
    kind: row.kind,
    status: row.status,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    data: JSON.parse(row.data) as JsonObject,
    version: row.version,
    updatedAt: row.updated_at,
    endedDueAt: row.ended_due_at,
  };
}

export function keptEntityOf(row: EntityRow): KeptEntity {
  return { ...entityOf(row), endedDelay: row.ended_delay, toldEnd: row.told_end };
}

/**
 * The entity of this name, and whether a newer one has taken the name's place. Parameters stand inside expressions: with bare ones SQLite
 * plans a join anew at every call.
 */
export function findEntity(
  database: Database,
  organization: string,
  source: string,
  key: string,
): (EntityRow & { replaced: number }) | undefined {
  return database
    .statement<EntityRow & { replaced: number }>(
      `SELECT e.*, k.replaced FROM entity_keys k JOIN entities e ON e.id = k.entity_id
       WHERE k.organization = (? || '') AND k.source = (? || '') AND k.key = (? || '')`,
    )
    .get(organization, source, key);
}

/** What the execution is about, as it is known now. */
export function entityOfExecution(database: Database, executionId: string): Entity | null {
  const row = database
    .statement<EntityRow>(
      `SELECT e.* FROM executions x
         JOIN entity_keys k ON k.organization = x.organization AND k.source = x.source AND k.key = x.entity
         JOIN entities e ON e.id = k.entity_id
       WHERE x.id = (? || '')`,
    )
    .get(executionId);
  return row ? entityOf(row) : null;
}

/** Every name of the entity that has this one; of one that nobody has heard of, this one. */
export function keysOf(database: Database, organization: string, source: string, key: string): string[] {
  const keys = database
    .statement<{ key: string }>(
      `SELECT key FROM entity_keys WHERE entity_id =
         (SELECT entity_id FROM entity_keys WHERE organization = ? AND source = ? AND key = ?)`,
    )
    .all(organization, source, key);
  return keys.length > 0 ? keys.map((row) => row.key) : [key];
}
