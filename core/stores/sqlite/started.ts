import type { EventPlan } from "../../contracts/inbox.js";
import type { Database } from "./database.js";
import { keysOf } from "./entity-rows.js";

type Once = EventPlan["once"];

/** Whether the business key was used for this contact, under any name of its entity. */
export function isStarted(database: Database, organization: string, once: Once, contactId: string): boolean {
  const { source, rule, entity } = once;
  const names = entity === null ? [""] : keysOf(database, organization, source, entity);
  const find = database.statement(
    `SELECT 1 FROM started WHERE contact_id = ? AND organization = ? AND source = ? AND rule = ?
       AND entity IN (SELECT value FROM json_each(?))`,
  );
  return find.get(contactId, organization, source, rule, JSON.stringify(names)) !== undefined;
}

/** Inside a write. */
export function noteStarted(database: Database, organization: string, once: Once, contactId: string): void {
  database
    .statement(
      `INSERT INTO started (contact_id, organization, source, rule, entity) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    )
    .run(contactId, organization, once.source, once.rule, once.entity ?? "");
}
