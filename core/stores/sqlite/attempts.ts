import type { Instant, Position } from "../../contracts/model.js";
import type { Attempts, Calling, Settlement } from "../../contracts/store.js";
import { anchoredNow } from "../../contracts/entities.js";
import { orphanedAttempts, staleAttempts } from "./claims.js";
import type { Database } from "./database.js";
import { entityOfExecution } from "./entity-rows.js";
import { writeNotes } from "./notes.js";
import { positionValues, setPosition } from "./sending-rows.js";

type CallEnd = NonNullable<Settlement["outcome"]>;

const settleSending = `UPDATE sendings SET ${setPosition}, handed_over = handed_over + ?, notes = notes + ?, updated_at = ?
  WHERE id = ? AND attempt_id = ? RETURNING notes`;

export function sqliteAttempts(database: Database): Attempts {
  return {
    calling: (attempts, now) =>
      database.write(
        () => new Set(attempts.filter((one) => call(database, one, now)).map(({ attemptId }) => attemptId)),
      ),

    settle: (settlements, now) =>
      database.write(() => {
        for (const settlement of settlements) settle(database, settlement, now);
      }),

    stale: (before, limit) => database.read(() => staleAttempts(database, before, limit)),
    orphans: (executionIds, limit) => database.read(() => orphanedAttempts(database, executionIds, limit)),
  };
}

/** `false` when the claim does not hold any more, and when this attempt has called already. */
function call(
  database: Database,
  { attemptId, sendingId, stepId, channel, claimedAt }: Calling,
  now: Instant,
): boolean {
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
  const { sendingId, attemptId, outcome, notes } = settlement;
  const position = positionNow(database, settlement, now);
  const recorded = outcome !== null && record(database, settlement, outcome, now);
  const handedOver = recorded && outcome.status === "accepted" ? 1 : 0;
  const moved = database
    .statement<{ notes: number }>(settleSending)
    .get(...positionValues(position), handedOver, notes.length, now, sendingId, attemptId);
  if (moved) writeNotes(database, sendingId, notes, moved.notes, now);
  else if (handedOver) countHandedOver(database, sendingId, now);
}

/** The times that a wait was reckoned with may have changed while its step was worked on. */
function positionNow(database: Database, { sendingId, position, anchor }: Settlement, now: Instant): Position {
  if (position.stage !== "anchored") return position;
  const execution = database
    .statement<{ execution_id: string }>("SELECT execution_id FROM sendings WHERE id = ?")
    .get(sendingId);
  const entity = execution ? entityOfExecution(database, execution.execution_id) : null;
  return anchoredNow(position, anchor, entity, now);
}

/** For a sending that was cancelled or moved during the call. */
function countHandedOver(database: Database, sendingId: string, now: Instant): void {
  const count = database.statement("UPDATE sendings SET handed_over = handed_over + 1, updated_at = ? WHERE id = ?");
  count.run(now, sendingId);
}

/** Keeps how a call ended; `false` when that is known already. Notes with a time of their own tell of what led to the call. */
function record(
  database: Database,
  { sendingId, attemptId, notes }: Settlement,
  outcome: CallEnd,
  now: Instant,
): boolean {
  const { status, providerId } = outcome;
  const reason = outcome.reason !== null && isOfSomebody(database, sendingId) ? outcome.reason : null;
  const before = notes.filter(({ at }) => at !== undefined).length;
  const { changes } = database
    .statement(
      `UPDATE attempts SET state = ?, reason = ?, provider_id = ?, settled_at = ?, after_notes = after_notes + ?
       WHERE sending_id = ? AND id = ? AND state = 'calling'`,
    )
    .run(status, reason, providerId, now, before, sendingId, attemptId);
  return changes === 1;
}

/** Of a person who is gone nothing new is kept, and a provider's words may name them. */
function isOfSomebody(database: Database, sendingId: string): boolean {
  const find = database.statement("SELECT 1 FROM sendings s JOIN contacts c ON c.id = s.contact_id WHERE s.id = ?");
  return find.get(sendingId) !== undefined;
}
