import type { Entity } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import { isCalling } from "./claims.js";
import type { Database } from "./database.js";
import { keysOf } from "./entity-rows.js";

/** The executions that are about the entity, as a JSON list of ids; `sequenceIds` narrows it to those sequences. */
export function executionsAbout(
  database: Database,
  { organization, source, key }: Pick<Entity, "organization" | "source" | "key">,
  sequenceIds: readonly string[] | null = null,
): string {
  const rows = database
    .statement<{ id: string }>(
      `SELECT id FROM executions
       WHERE organization = (? || '') AND source = (? || '') AND entity IN (SELECT value FROM json_each(?))
         AND (? IS NULL OR sequence_id IN (SELECT value FROM json_each(?)))`,
    )
    .all(
      organization,
      source,
      JSON.stringify(keysOf(database, organization, source, key)),
      sequenceIds && JSON.stringify(sequenceIds),
      sequenceIds && JSON.stringify(sequenceIds),
    );
  return JSON.stringify(rows.map(({ id }) => id));
}

// A wait that is over may be followed by a call: that sending has gone on, and would be sent the same again.
const anchored = `FROM sendings s WHERE s.execution_id IN (SELECT value FROM json_each(@executions))
  AND s.state IN ('open', 'held') AND s.stage = 'anchored' AND NOT (${isCalling})`;

/** Inside a write: begins anew the waits that follow the times of an entity; answers the executions they are in. */
export function reanchor(database: Database, executions: string, now: Instant): string[] {
  const found = database
    .statement<{ id: string; execution_id: string }>(`SELECT s.id, s.execution_id ${anchored}`)
    .all({ executions });
  const note = database.statement(
    `INSERT INTO notes (sending_id, number, at, kind, step_id, reason, note)
     SELECT id, notes + 1, ?, 'moved', step_id, 'by_entity', 'the times of its entity changed' FROM sendings WHERE id = ?`,
  );
  const move = database.statement(
    `UPDATE sendings SET state = 'open', reason = NULL, stage = 'before', due_at = @now, attempt_id = NULL, lease_until = NULL,
       notes = notes + 1, updated_at = @now
     WHERE id = @id`,
  );
  const ring = database.statement("UPDATE executions SET due_at = min(coalesce(due_at, @now), @now) WHERE id = @id");
  for (const { id } of found) {
    note.run(now, id);
    move.run({ id, now });
  }
  const moved = [...new Set(found.map(({ execution_id: id }) => id))];
  for (const id of moved) ring.run({ id, now });
  return moved;
}
