import type { Instant } from "../../contracts/model.js";
import type { SourceCounts, SourceState } from "../../contracts/store.js";
import type { Database } from "./database.js";

export function sourceCounts(database: Database, organization: string, source: string): SourceCounts {
  const groups = database
    .statement<{ status: string; events: number; last: number }>(
      `SELECT status, count(*) AS events, max(received_at) AS last FROM inbox
       WHERE organization = ? AND source = ? GROUP BY status`,
    )
    .all(organization, source);
  const of = (status: string) => groups.find((group) => group.status === status)?.events ?? 0;
  const refused = database
    .statement<{ requests: number }>("SELECT count(*) AS requests FROM refused WHERE organization = ? AND source = ?")
    .get(organization, source);
  return {
    received: groups.reduce((sum, { events }) => sum + events, 0),
    processed: of("processed"),
    ignored: of("ignored"),
    dead: of("dead"),
    refused: refused?.requests ?? 0,
    waiting: of("received"),
    lastEventAt: groups.length > 0 ? Math.max(...groups.map(({ last }) => last)) : null,
    lastError: lastError(database, organization, source),
  };
}

function lastError(database: Database, organization: string, source: string): string | null {
  const newest = database
    .statement<{ notes: string }>(
      `SELECT notes FROM inbox INDEXED BY inbox_dead WHERE organization = (? || '') AND source = (? || '') AND status = 'dead'
       ORDER BY received_at DESC, id DESC LIMIT 1`,
    )
    .get(organization, source);
  return newest ? ((JSON.parse(newest.notes) as string[]).at(-1) ?? null) : null;
}

export function sourceState(database: Database, organization: string, source: string): SourceState | undefined {
  return database
    .statement<{ state: SourceState }>("SELECT state FROM source_states WHERE organization = ? AND source = ?")
    .get(organization, source)?.state;
}

/** Inside a write. */
export function setSourceState(
  database: Database,
  organization: string,
  source: string,
  state: SourceState,
  now: Instant,
): void {
  database
    .statement(
      `INSERT INTO source_states (organization, source, state, since) VALUES (@organization, @source, @state, @now)
       ON CONFLICT (organization, source) DO UPDATE SET state = @state, since = @now WHERE state <> @state`,
    )
    .run({ organization, source, state, now });
}
