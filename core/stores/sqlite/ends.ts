import type { Entity, NewEvent } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { entityOf, findEntity, type EntityRow } from "./entity-rows.js";
import { insertEvent } from "./inbox-rows.js";

/** Entities whose end is to be told by then, earliest first. */
export function ended(database: Database, by: Instant, limit: number): Entity[] {
  return database
    .statement<EntityRow>(
      `SELECT * FROM entities WHERE ended_due_at IS NOT NULL AND ended_due_at <= (? + 0)
       ORDER BY ended_due_at, id LIMIT (? + 0)`,
    )
    .all(by, limit)
    .map(entityOf);
}

/** Inside a write. Of two that tell the same end, one is answered `true`. */
export function tellEnded(database: Database, addresses: Addresses, entity: Entity, event: NewEvent): boolean {
  const { organization, source, key, endedDueAt } = entity;
  const known = findEntity(database, organization, source, key);
  if (!known || known.ended_due_at === null || known.ended_due_at !== endedDueAt) return false;
  database.statement("UPDATE entities SET told_end = ends_at, ended_due_at = NULL WHERE id = ?").run(known.id);
  return insertEvent(database, addresses, event);
}
