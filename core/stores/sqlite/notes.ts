import type { Instant, Note } from "../../contracts/model.js";
import type { Database } from "./database.js";

/** Inside a write: keeps `notes`, which the row of the sending counts already, `count` being its count with them. */
export function writeNotes(
  database: Database,
  sendingId: string,
  notes: readonly Note[],
  count: number,
  now: Instant,
): void {
  const first = count - notes.length + 1;
  for (const [index, { at = now, kind, stepId, reason, note }] of notes.entries()) {
    database
      .statement("INSERT INTO notes (sending_id, number, at, kind, step_id, reason, note) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(sendingId, first + index, at, kind, stepId, reason, note);
  }
}
