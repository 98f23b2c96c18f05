import type { Instant } from "../../contracts/model.js";
import type { Attempts, Calling, Settlement } from "../../contracts/store.js";
import { staleAttempts } from "./claims.js";
import type { Database } from "./database.js";
import { writeNotes } from "./notes.js";
import { positionValues, setPosition } from "./sending-rows.js";

const settleSending = `UPDATE sendings SET ${setPosition}, handed_over = handed_over + ?, notes = notes + ?, updated_at = ?
  WHERE id = ? AND attempt_id = ? RETURNING notes`;

export function sqliteAttempts(database: Database): Attempts {
  return {
    calling: (attempts, now) =>
      database.write(() => new Set(attempts.filter((one) => call(database, one, now)).map(({ attemptId }) => attemptId))),

    settle: (settlements, now) =>
      database.write(() => {
        for (const settlement of settlements) settle(database, settlement, now);
      }),

    stale: (before, limit) => database.read(() => staleAttempts(database, before, limit)),
  };
}

/** `false` when the claim does not hold any more, and when this attempt has called already. */
function call(database: Database, { attemptId, sendingId, stepId, channel, claimedAt }: Calling, now: Instant): boolean {
  const { changes } = database
    .statement(
      `INSERT INTO attempts (sending_id, id, step_id, channel, state, claimed_at, calling_at, after_notes)
       SELECT id, attempt_id, ?, ?, 'calling', ?, ?, notes FROM sendings
       WHERE id = ? AND attempt_id = ? AND lease_until > ?
       ON CONFLICT DO NOTHING`,
    )
    .run(stepId, channel, claimedAt, now, sendingId, attemptId, now);
  return changes === 1;
}

function settle(database: Database, settlement: Settlement, now: Instant): void {
  const { sendingId, attemptId, outcome, position, notes } = settlement;
  const recorded = outcome !== null && record(database, settlement, now);
  const handedOver = recorded && outcome.status === "accepted" ? 1 : 0;
  const moved = database
    .statement<{ notes: number }>(settleSending)
    .get(...positionValues(position), handedOver, notes.length, now, sendingId, attemptId);
  if (moved) writeNotes(database, sendingId, notes, moved.notes, now);
  else if (handedOver) countHandedOver(database, sendingId, now);
}

/** For a sending that was cancelled or moved during the call. */
function countHandedOver(database: Database, sendingId: string, now: Instant): void {
  const count = database.statement("UPDATE sendings SET handed_over = handed_over + 1, updated_at = ? WHERE id = ?");
  count.run(now, sendingId);
}

/**
 * Keeps how a call ended; `false` when that is known already. Notes with a time of their own tell of what led to the call. Of a person
 * who is gone nothing new is kept, and a provider's words may name them.
 */
function record(database: Database, { sendingId, attemptId, outcome, notes }: Settlement, now: Instant): boolean {
  const { changes } = database
    .statement(
      `UPDATE attempts SET state = @status, provider_id = @providerId, settled_at = @now, after_notes = after_notes + @before,
         reason = iif(@reason IS NULL OR EXISTS (
           SELECT 1 FROM sendings s JOIN contacts c ON c.id = s.contact_id WHERE s.id = @sendingId), @reason, NULL)
       WHERE sending_id = @sendingId AND id = @attemptId AND state = 'calling'`,
    )
    .run({ ...outcome, sendingId, attemptId, now, before: notes.filter(({ at }) => at !== undefined).length });
  return changes === 1;
}
