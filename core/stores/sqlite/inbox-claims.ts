import type { InboxEvent } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Database } from "./database.js";
import { eventOf, type InboxRow } from "./inbox-rows.js";

/** Inside a write. Parameters stand inside expressions: with bare ones SQLite plans an ordered search anew at every call. */
export function claimDue(
  database: Database,
  source: string,
  now: Instant,
  leaseUntil: Instant,
  limit: number,
): InboxEvent[] {
  const rows = database
    .statement<InboxRow>(
      `SELECT * FROM inbox WHERE source = (? || '') AND due_at IS NOT NULL AND due_at <= (? + 0)
         AND (lease_until IS NULL OR lease_until <= (? + 0))
       ORDER BY due_at, id LIMIT (? + 0)`,
    )
    .all(source, now, now, limit);
  const lease = database.statement("UPDATE inbox SET lease_until = ? WHERE id = ?");
  for (const { id } of rows) lease.run(leaseUntil, id);
  return rows.map(eventOf);
}

/** Inside a write. */
export function release(database: Database, ids: readonly string[], lease: Instant): void {
  const give = database.statement("UPDATE inbox SET lease_until = NULL WHERE id = ? AND lease_until = ?");
  for (const id of ids) give.run(id, lease);
}

export function nextDue(database: Database, source: string): Instant | null {
  const free = database
    .statement<{ at: number }>(
      `SELECT due_at AS at FROM inbox
       WHERE source = (? || '') AND due_at IS NOT NULL AND lease_until IS NULL ORDER BY due_at LIMIT 1`,
    )
    .get(source);
  const leased = database
    .statement<{ at: number | null }>(
      "SELECT min(max(lease_until, due_at)) AS at FROM inbox WHERE lease_until > 0 AND source = (? || '')",
    )
    .get(source);
  const times = [free?.at, leased?.at].filter((at) => typeof at === "number");
  return times.length > 0 ? Math.min(...times) : null;
}
