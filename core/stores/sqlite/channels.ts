import type { ChannelState, Instant } from "../../contracts/model.js";
import type { Channels } from "../../contracts/store.js";
import type { Database } from "./database.js";

interface PausedRow {
  reason: string;
  since: number;
  probe_at: number | null;
}

export function sqliteChannels(database: Database): Channels {
  function state(name: string): ChannelState {
    const row = database.statement<PausedRow>("SELECT * FROM paused_channels WHERE name = ?").get(name);
    if (!row) return { name, state: "ok", reason: null, since: null, probeAt: null };
    return { name, state: "paused", reason: row.reason, since: row.since, probeAt: row.probe_at };
  }

  /** Most calls find nothing to do, and need no write. */
  function isStill(name: string): boolean {
    const parked = database.statement("SELECT 1 FROM sendings WHERE parked_on = ? LIMIT 1");
    return state(name).state === "ok" && parked.get(name) === undefined;
  }

  return {
    get: (name) => database.look(() => state(name)),

    pause: (name, reason, probeAt, now) =>
      database.write(() => {
        database
          .statement(
            `INSERT INTO paused_channels (name, reason, since, probe_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (name) DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at`,
          )
          .run(name, reason, now, probeAt);
      }),

    async resume(name, now) {
      if (await database.read(() => isStill(name))) return;
      await database.write(() => resume(database, name, now));
    },

    async probe(name, now, next) {
      const isDue = ({ probeAt }: ChannelState) => probeAt !== null && probeAt <= now;
      if (!(await database.read(() => isDue(state(name))))) return null;
      return database.write(() => (isDue(state(name)) ? probe(database, name, now, next) : null));
    },
  };
}

function resume(database: Database, name: string, now: Instant): void {
  database.statement("DELETE FROM paused_channels WHERE name = ?").run(name);
  database
    .statement(
      `UPDATE executions SET due_at = min(coalesce(due_at, @now), @now)
       WHERE id IN (SELECT execution_id FROM sendings WHERE parked_on = @name)`,
    )
    .run({ name, now });
  database
    .statement(
      "UPDATE sendings SET parked_on = NULL, reason = NULL, due_at = @now, updated_at = @now WHERE parked_on = @name",
    )
    .run({ name, now });
}

/** The sending that goes ahead keeps its reason: it is still its channel's pause that decides about it. */
function probe(database: Database, name: string, now: Instant, next: Instant): string | null {
  const first = database
    .statement<{ id: string; execution_id: string }>(
      `SELECT id, execution_id FROM sendings s
       WHERE parked_on = ? AND NOT EXISTS (SELECT 1 FROM sequences WHERE id = s.sequence_id AND status = 'paused')
       ORDER BY due_at, id LIMIT 1`,
    )
    .get(name);
  if (!first) return null;
  database.statement("UPDATE paused_channels SET probe_at = ? WHERE name = ?").run(next, name);
  database
    .statement("UPDATE sendings SET parked_on = NULL, due_at = ?, updated_at = ? WHERE id = ?")
    .run(now, now, first.id);
  database
    .statement("UPDATE executions SET due_at = min(coalesce(due_at, @now), @now) WHERE id = @id")
    .run({ id: first.execution_id, now });
  return first.execution_id;
}
