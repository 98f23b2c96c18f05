import type { Duration } from "../../contracts/model.js";
import type { Alarms } from "../../jobs/backend.js";
import type { Database } from "./database.js";

/** On a locked row the time is kept aside for the end of the run; else the earlier time wins. */
const set = `INSERT INTO jobs (name, key, data, next_run_at) VALUES (:name, :id, :data, :at)
  ON CONFLICT (name, key) DO UPDATE SET
    next_run_at = CASE WHEN locked_at IS NULL THEN min(ifnull(next_run_at, :at), :at) ELSE next_run_at END,
    again_at = CASE WHEN locked_at IS NOT NULL THEN min(ifnull(again_at, :at), :at) ELSE again_at END`;

const list = `SELECT key, CASE WHEN locked_at IS NULL THEN next_run_at ELSE 0 END AS at FROM jobs
  WHERE name = ? AND key IN (SELECT value FROM json_each(?)) AND (locked_at IS NOT NULL OR next_run_at IS NOT NULL)`;

const next = `SELECT next_run_at AS at FROM jobs INDEXED BY jobs_due
  WHERE name = (? || '') AND locked_at IS NULL AND disabled = 0 AND next_run_at IS NOT NULL ORDER BY next_run_at LIMIT 1`;

const renew = "UPDATE jobs SET locked_at = ? WHERE id = ? AND claims = ? AND locked_at IS NOT NULL";

const giveUp = "UPDATE jobs SET locked_at = NULL WHERE id = ? AND claims = ?";

const held =
  "SELECT name, key AS id FROM jobs WHERE locked_at IS NOT NULL AND key IS NOT NULL AND last_modified_by = ?";

const free = `UPDATE jobs SET locked_at = NULL, next_run_at = ifnull(next_run_at, :now)
  WHERE locked_at IS NOT NULL AND (:holder IS NULL OR last_modified_by = :holder)`;

/** The alarms in the table `jobs`: rows with a key. */
export function jobAlarms(database: Database): Alarms {
  return {
    async set(name, id, at) {
      const values = { name, id, at, data: JSON.stringify({ id }) };
      await database.claim(() => database.statement(set).run(values));
    },

    async list(name, ids) {
      const rows = await database.read(() => database.statement<Alarm>(list).all(name, JSON.stringify(ids)));
      return new Map(rows.map(({ key, at }) => [key, at]));
    },

    next: (name) => waitFor(database, name),

    async renew(claims, now) {
      await database.claim(() => {
        const statement = database.statement(renew);
        for (const { id, claim } of claims) statement.run(now, id, claim);
      });
    },

    async giveUp(claims) {
      if (claims.length === 0) return;
      await database.claim(() => {
        const statement = database.statement(giveUp);
        for (const { id, claim } of claims) statement.run(id, claim);
      });
    },

    held: (holder) => database.read(() => database.statement<{ name: string; id: string }>(held).all(holder)),

    freeLocks: (now, holder) =>
      database.write(() => database.statement(free).run({ now, holder: holder ?? null }).changes),
  };
}

/** How long it is until the earliest job of this name that nobody holds is due. */
export async function waitFor(database: Database, name: string): Promise<Duration | undefined> {
  const alarm = await database.look(() => database.statement<Pick<Alarm, "at">>(next).get(name));
  return alarm && alarm.at - Date.now();
}

interface Alarm {
  key: string;
  at: number;
}
