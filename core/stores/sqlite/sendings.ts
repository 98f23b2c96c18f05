import type { Instant, Note, Position, Sending, SendingState } from "../../contracts/model.js";
import type { SendingFilter, Sendings } from "../../contracts/store.js";
import { cancelSendings } from "./cancelling.js";
import { claimDue } from "./claims.js";
import type { Database } from "./database.js";
import { writeNotes } from "./notes.js";
import { pageOf, type Condition } from "./paging.js";
import { positionValues, sendingOf, setPosition, type SendingRow } from "./sending-rows.js";
import { sendingTimeline } from "./timeline.js";

export function sqliteSendings(database: Database): Sendings {
  function find(organization: string, id: string): Sending | undefined {
    const row = database
      .statement<SendingRow>("SELECT * FROM sendings WHERE id = ? AND organization = ?")
      .get(id, organization);
    return row && sendingOf(row);
  }

  /** Does `change` when the sending's state is one of `from`. */
  function when(
    organization: string,
    id: string,
    from: readonly SendingState[],
    change: () => void,
  ): Promise<Sending | "conflict" | undefined> {
    return database.write(() => {
      const sending = find(organization, id);
      if (!sending) return undefined;
      if (!from.includes(sending.state)) return "conflict";
      change();
      return find(organization, id);
    });
  }

  return {
    get: (organization, id) => database.read(() => find(organization, id)),

    list: (organization, filter, page, now) =>
      database.read(() => {
        const where = conditions(organization, filter, now);
        return pageOf(database, { from: "sendings", where, order: "created_at DESC, id DESC" }, page, sendingOf);
      }),

    timeline: (organization, id) => database.read(() => sendingTimeline(database, organization, id)),

    claimDue: (request) => database.claim(() => claimDue(database, request)),

    move: (organization, id, from, position, notes, now) =>
      when(organization, id, from, () => move(database, id, position, notes, now)),

    cancel: (organization, id, reason, now) =>
      when(organization, id, ["open", "held"], () => void cancelSendings(database, "sending", id, reason, now)),
  };
}

function move(database: Database, id: string, position: Position, notes: readonly Note[], now: Instant): void {
  const moved = database
    .statement<{ notes: number; execution_id: string }>(
      `UPDATE sendings SET ${setPosition}, notes = notes + ?, updated_at = ? WHERE id = ? RETURNING notes, execution_id`,
    )
    .get(...positionValues(position), notes.length, now, id) as { notes: number; execution_id: string };
  writeNotes(database, id, notes, moved.notes, now);
  database
    .statement(
      `UPDATE executions SET due_at = min(coalesce(due_at, @dueAt), @dueAt), status = iif(status = 'completed', 'running', status)
       WHERE id = @id`,
    )
    .run({ id: moved.execution_id, dueAt: position.dueAt ?? now });
}

const states: Record<NonNullable<SendingFilter["status"]>, (now: Instant) => Condition> = {
  pending: (now) => ["state = 'open' AND handed_over = 0 AND (due_at IS NULL OR due_at <= ?)", now],
  scheduled: (now) => ["state = 'open' AND handed_over = 0 AND due_at > ?", now],
  sent: () => ["state = 'open' AND handed_over > 0"],
  completed: () => ["state = 'completed'"],
  failed: () => ["state = 'failed'"],
  cancelled: () => ["state = 'cancelled'"],
  held: () => ["state = 'held'"],
};

function conditions(organization: string, filter: SendingFilter, now: Instant): Condition[] {
  const { status, sequenceId, contactId, executionId, from, to } = filter;
  // The index of a contact or an execution is far shorter than the organization's: "+" keeps the planner off the latter.
  const narrow = contactId !== undefined || executionId !== undefined;
  const where: Condition[] = [[narrow ? "+organization = ?" : "organization = ?", organization]];
  if (contactId !== undefined) where.push(["contact_id = ?", contactId]);
  if (executionId !== undefined) where.push(["execution_id = ?", executionId]);
  if (sequenceId !== undefined) where.push(["sequence_id = ?", sequenceId]);
  if (from !== undefined) where.push(["created_at >= ?", from]);
  if (to !== undefined) where.push(["created_at < ?", to]);
  if (status !== undefined) where.push(states[status](now));
  return where;
}
