import type { ApiKey } from "../../contracts/model.js";
import type { ApiKeys } from "../../contracts/store.js";
import type { Database } from "./database.js";

interface KeyRow {
  id: string;
  organization: string;
  name: string;
  hash: string;
  scopes: string;
  active: number;
  expires_at: number | null;
  last_used_at: number | null;
  created_at: number;
}

/** `lastUsedAt` is not written again within as many milliseconds. */
const coarse = 60_000;

export function sqliteKeys(database: Database): ApiKeys {
  return {
    create: (key) =>
      database.write(() => {
        database
          .statement(
            `INSERT INTO api_keys (id, organization, name, hash, scopes, active, expires_at, last_used_at, created_at)
             VALUES (@id, @organization, @name, @hash, @scopes, @active, @expiresAt, @lastUsedAt, @createdAt)
             ON CONFLICT (id) DO NOTHING`,
          )
          .run({ ...key, scopes: JSON.stringify(key.scopes), active: key.active ? 1 : 0 });
      }),

    find: (hash) =>
      database.look(() => {
        const row = database.statement<KeyRow>("SELECT * FROM api_keys WHERE hash = ?").get(hash);
        return row && keyOf(row);
      }),

    list: (organization) =>
      database.read(() =>
        database
          .statement<KeyRow>("SELECT * FROM api_keys WHERE organization = ? ORDER BY created_at, id")
          .all(organization)
          .map(keyOf),
      ),

    revoke: (organization, id) =>
      database.write(() => {
        const revoke = database.statement("UPDATE api_keys SET active = 0 WHERE id = ? AND organization = ?");
        return revoke.run(id, organization).changes === 1;
      }),

    async touch(id, now) {
      const stale = "id = ? AND (last_used_at IS NULL OR last_used_at <= ?)";
      const isStale = () =>
        database.statement(`SELECT 1 FROM api_keys WHERE ${stale}`).get(id, now - coarse) !== undefined;
      if (!(await database.read(isStale))) return;
      await database.write(() => {
        database.statement(`UPDATE api_keys SET last_used_at = ? WHERE ${stale}`).run(now, id, now - coarse);
      });
    },
  };
}

function keyOf(row: KeyRow): ApiKey {
  return {
    id: row.id,
    organization: row.organization,
    name: row.name,
    hash: row.hash,
    scopes: JSON.parse(row.scopes) as string[],
    active: row.active === 1,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
  };
}
