import type { OutcomeStatus, TimelineEntry, TimelineKind } from "../../contracts/model.js";
import type { Page, PageRequest } from "../../contracts/store.js";
import type { Database } from "./database.js";
import { pageOf } from "./paging.js";

/**
 * Every entry of every sending. `number` and `part` put entries of one time in the order of their causes: a sending is created, then its
 * notes come by number, and an attempt comes as a whole after as many of them as there were.
 */
const entries = `(
  SELECT id AS sending_id, organization, contact_id, created_at AS at, 0 AS number, 0 AS part, 'created' AS kind, NULL AS step_id,
    NULL AS attempt_id, NULL AS outcome, NULL AS reason, NULL AS provider_id, NULL AS note
  FROM sendings
  UNION ALL
  SELECT s.id, s.organization, s.contact_id, n.at, n.number, 0, n.kind, n.step_id, NULL, NULL, n.reason, NULL, n.note
  FROM sendings s JOIN notes n ON n.sending_id = s.id
  UNION ALL
  SELECT s.id, s.organization, s.contact_id, a.claimed_at, a.after_notes, 1, 'claimed', a.step_id, a.id, NULL, NULL, NULL, NULL
  FROM sendings s JOIN attempts a ON a.sending_id = s.id
  UNION ALL
  SELECT s.id, s.organization, s.contact_id, a.calling_at, a.after_notes, 2, 'calling', a.step_id, a.id, NULL, NULL, NULL, NULL
  FROM sendings s JOIN attempts a ON a.sending_id = s.id
  UNION ALL
  SELECT s.id, s.organization, s.contact_id, a.settled_at, a.after_notes, 3, 'settled', a.step_id, a.id, a.state, a.reason,
    a.provider_id, NULL
  FROM sendings s JOIN attempts a ON a.sending_id = s.id WHERE a.settled_at IS NOT NULL
)`;

interface EntryRow {
  sending_id: string;
  at: number;
  kind: TimelineKind;
  step_id: string | null;
  attempt_id: string | null;
  outcome: OutcomeStatus | null;
  reason: string | null;
  provider_id: string | null;
  note: string | null;
}

/** Oldest first, with `created` before all others. */
export function sendingTimeline(database: Database, organization: string, id: string): TimelineEntry[] {
  return database
    .statement<EntryRow>(
      `SELECT * FROM ${entries} WHERE sending_id = ? AND organization = ?
       ORDER BY kind <> 'created', at, number, attempt_id, part`,
    )
    .all(id, organization)
    .map(entryOf);
}

/** Newest first, of all sendings of a contact. */
export function contactTimeline(
  database: Database,
  organization: string,
  contactId: string,
  page: PageRequest,
): Page<TimelineEntry & { sendingId: string }> {
  const selection = {
    from: entries,
    where: [["contact_id = ?", contactId] as const, ["+organization = ?", organization] as const],
    order: "at DESC, sending_id DESC, number DESC, attempt_id DESC, part DESC",
  };
  return pageOf(database, selection, page, (row: EntryRow) => ({ ...entryOf(row), sendingId: row.sending_id }));
}

function entryOf(row: EntryRow): TimelineEntry {
  return {
    at: row.at,
    kind: row.kind,
    stepId: row.step_id,
    attemptId: row.attempt_id,
    outcome: row.outcome,
    reason: row.reason,
    providerId: row.provider_id,
    note: row.note,
  };
}
