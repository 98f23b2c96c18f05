import type { EventStatus, InboxEvent, NewEvent, RefusedRequest } from "../../contracts/inbox.js";
import type { JsonObject } from "../../contracts/model.js";
import type { EventReason } from "../../contracts/plugin.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { mention } from "./mentions.js";

const decoder = new TextDecoder();

/** A row of `inbox`. */
export interface InboxRow {
  id: string;
  organization: string;
  source: string;
  delivery_id: string;
  type: string;
  status: EventStatus;
  reason: EventReason | null;
  occurred_at: number | null;
  received_at: number;
  headers: string;
  query: string;
  body: Uint8Array;
  commands: string;
  execution_ids: string;
  notes: string;
  replay_of: string | null;
  failures: number;
  due_at: number | null;
}

/** A list does without bodies, and does not read them. The dead are few, and have an index of their own, which SQLite would not choose. */
export const withoutBodies = (
  isDead: boolean,
) => `(SELECT id, organization, source, delivery_id, type, status, reason, occurred_at, received_at, headers, query,
  x'' AS body, commands, execution_ids, notes, replay_of, failures, due_at FROM inbox${isDead ? " INDEXED BY inbox_dead" : ""})`;

export function eventOf(row: InboxRow): InboxEvent {
  return {
    id: row.id,
    organization: row.organization,
    source: row.source,
    deliveryId: row.delivery_id,
    type: row.type,
    status: row.status,
    reason: row.reason,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    headers: JSON.parse(row.headers) as Record<string, string>,
    query: row.query,
    // Of its own: what the driver hands out is a view of a larger buffer.
    body: new Uint8Array(row.body),
    commands: JSON.parse(row.commands) as JsonObject[],
    executionIds: JSON.parse(row.execution_ids) as string[],
    notes: JSON.parse(row.notes) as string[],
    replayOf: row.replay_of,
    failures: row.failures,
    dueAt: row.due_at,
  };
}

/** Inside a write: `false` when the source has this delivery already. */
export function insertEvent(database: Database, addresses: Addresses, event: NewEvent): boolean {
  const { changes } = database
    .statement(
      `INSERT INTO inbox (id, organization, source, delivery_id, type, status, occurred_at, received_at, headers, query, body, commands,
         execution_ids, notes, replay_of, failures, due_at, forgotten)
       VALUES (@id, @organization, @source, @deliveryId, @type, 'received', @occurredAt, @receivedAt, @headers, @query, @body, '[]',
         '[]', '[]', @replayOf, 0, @dueAt, 0)
       ON CONFLICT DO NOTHING`,
    )
    .run({ ...event, headers: JSON.stringify(event.headers) });
  if (changes === 0) return false;
  for (const said of [decoder.decode(event.body), event.query, ...Object.values(event.headers)])
    mention(database, addresses, event.organization, "event", event.id, said);
  return true;
}

/** A row of `refused`. */
export type RefusedRow = Omit<RefusedRequest, "headers"> & { headers: string };

export function refusedOf({ headers, ...row }: RefusedRow): RefusedRequest {
  return { ...row, headers: JSON.parse(headers) as Record<string, string> };
}
