import { newContact } from "../../contracts/rules.js";
import type { Claim, Sendings, StaleAttempt } from "../../contracts/store.js";
import type { Entity } from "../../contracts/inbox.js";
import { contactOf, type ContactRow } from "./contact-rows.js";
import type { Database } from "./database.js";
import { entityOfExecution } from "./entity-rows.js";
import { sendingOf, type SendingRow } from "./sending-rows.js";

/** A sending and its contact in one row; `contact_…` where the names would meet. `email` is `null` when the contact is gone. */
type ClaimRow = SendingRow &
  Omit<ContactRow, "email"> & {
    email: string | null;
    contact_location_id: string | null;
    contact_created_at: number;
    contact_updated_at: number;
    suppressed: number;
  };

const columns = `s.*, c.email, c.first_name, c.last_name, c.phone, c.title, c.preferred_language, c.time_zone, c.custom_fields, c.tags,
  c.unsubscribed, c.location_id AS contact_location_id, c.created_at AS contact_created_at, c.updated_at AS contact_updated_at,
  EXISTS (SELECT 1 FROM suppressions WHERE organization = c.organization AND address_hash = c.address_hash) AS suppressed`;

/** Whether the claim on the sending `s` has made a call that nobody has settled. */
export const isCalling = `s.attempt_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM attempts a WHERE a.sending_id = s.id AND a.id = s.attempt_id AND a.state = 'calling')`;

// With a parameter that stands alone SQLite plans this anew at every call, at ten times the cost of the search.
const selectDue = `SELECT ${columns} FROM sendings s LEFT JOIN contacts c ON c.id = s.contact_id
  WHERE s.execution_id = (? || '') AND s.state = 'open' AND s.parked_on IS NULL AND s.due_at <= (? + 0)
    AND (s.attempt_id IS NULL OR s.lease_until <= (? + 0) AND NOT (${isCalling}))
  ORDER BY s.due_at, s.id LIMIT (? + 0)`;

const selectCalling = `SELECT ${columns}, a.id AS called_id, a.step_id AS called_step_id, a.channel, a.claimed_at
  FROM attempts a JOIN sendings s ON s.id = a.sending_id LEFT JOIN contacts c ON c.id = s.contact_id
  WHERE a.state = 'calling'`;
const oldestFirst = "ORDER BY a.calling_at, a.id LIMIT ?";

/**
 * Inside a write. A sending whose lease lapsed during a call is not given out again before that call is settled: its step may have been
 * sent, and what follows is for the step to decide.
 */
export function claimDue(database: Database, request: Parameters<Sendings["claimDue"]>[0]): Claim[] {
  const { executionId, now, leaseUntil, limit, newId } = request;
  const rows = database.statement<ClaimRow>(selectDue).all(executionId, now, now, limit);
  const lease = database.statement("UPDATE sendings SET attempt_id = ?, lease_until = ? WHERE id = ?");
  // All sendings of an execution are about the same.
  const entity = rows[0]?.entity ? entityOfExecution(database, executionId) : null;
  return rows.map((row) => {
    const attemptId = newId();
    lease.run(attemptId, leaseUntil, row.id);
    return claimOf(row, entity, attemptId, now);
  });
}

type CallingRow = ClaimRow & { called_id: string; called_step_id: string; channel: string; claimed_at: number };

/** Attempts that have been `calling` since before `before`, oldest first. */
export function staleAttempts(database: Database, before: number, limit: number): StaleAttempt[] {
  const select = database.statement<CallingRow>(`${selectCalling} AND a.calling_at < ? ${oldestFirst}`);
  return select.all(before, limit).map((row) => staleOf(database, row));
}

/** Attempts of these executions that are `calling`, oldest first. */
export function orphanedAttempts(database: Database, executionIds: readonly string[], limit: number): StaleAttempt[] {
  const select = database.statement<CallingRow>(
    `${selectCalling} AND s.execution_id IN (SELECT value FROM json_each(?)) ${oldestFirst}`,
  );
  return select.all(JSON.stringify(executionIds), limit).map((row) => staleOf(database, row));
}

function staleOf(database: Database, row: CallingRow): StaleAttempt {
  const entity = row.entity === null ? null : entityOfExecution(database, row.execution_id);
  return { ...claimOf(row, entity, row.called_id, row.claimed_at), stepId: row.called_step_id, channel: row.channel };
}

function claimOf(row: ClaimRow, entity: Entity | null, attemptId: string, claimedAt: number): Claim {
  return {
    attemptId,
    claimedAt,
    sending: sendingOf(row),
    contact:
      row.email === null
        ? newContact(row.contact_id, row.organization, "", row.created_at)
        : contactOf({
            ...row,
            id: row.contact_id,
            email: row.email,
            location_id: row.contact_location_id,
            created_at: row.contact_created_at,
            updated_at: row.contact_updated_at,
          }),
    entity,
    suppressed: row.suppressed === 1,
  };
}
