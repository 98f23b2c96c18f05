import type { Instant } from "../../contracts/model.js";
import type { CancelReason } from "../../contracts/rules.js";
import type { Database } from "./database.js";

/** Which sendings: conditions on their columns with `@id` in them. */
export type Which = keyof typeof conditions;

const going = "state IN ('open', 'held')";
// A failed one could be taken up again by a person: not when its messages are not wanted, or there is nobody to write to any more.
const orFailed = "state IN ('open', 'held', 'failed')";
const conditions = {
  sending: `id = @id AND ${going}`,
  execution: `execution_id = @id AND ${going}`,
  marketing: `contact_id = @id AND purpose = 'marketing' AND ${orFailed}`,
  person: `contact_id = @id AND ${orFailed}`,
  // Of several executions: @id is the JSON list of their ids.
  entity: `execution_id IN (SELECT value FROM json_each(@id)) AND ${orFailed}`,
};

/**
 * Inside a write: ends sendings, with a note each, and fences off their claims. Their running executions become due, so that the next
 * rest finds out whether anything is left of them. Answers how many sendings were ended.
 */
export function cancelSendings(
  database: Database,
  which: Which,
  id: string,
  reason: CancelReason,
  now: Instant,
): number {
  const where = conditions[which];
  const values = { id, reason, now };
  database
    .statement(
      `INSERT INTO notes (sending_id, number, at, kind, step_id, reason)
       SELECT id, notes + 1, @now, 'cancelled', step_id, @reason FROM sendings WHERE ${where}`,
    )
    .run(values);
  database
    .statement(
      `UPDATE executions SET due_at = min(coalesce(due_at, @now), @now)
       WHERE status = 'running' AND id IN (SELECT execution_id FROM sendings WHERE ${where})`,
    )
    .run(values);
  return database
    .statement(
      `UPDATE sendings SET state = 'cancelled', reason = @reason, due_at = NULL, parked_on = NULL, attempt_id = NULL,
         lease_until = NULL, notes = notes + 1, updated_at = @now
       WHERE ${where}`,
    )
    .run(values).changes;
}
