import { createHmac, createSecretKey } from "node:crypto";
import type { Instant } from "../../contracts/model.js";
import type { Database } from "./database.js";

/** Knows which addresses are never to be written to again, by a hash that nobody can try addresses on without the store's secret. */
export interface Addresses {
  hash(email: string): Uint8Array;
  isSuppressed(organization: string, hash: Uint8Array): boolean;
  /** Inside a write. The first reason stays. */
  suppress(organization: string, hash: Uint8Array, reason: string, now: Instant): void;
}

/** An event names its person several times over. */
const remembered = 100;

/** `key`: 32 bytes that stay the same for the life of the database. */
export function sqliteAddresses(database: Database, key: Uint8Array): Addresses {
  const secretKey = createSecretKey(key);
  const hashes = new Map<string, Uint8Array>();

  return {
    hash(email) {
      const known = hashes.get(email);
      if (known) return known;
      const hash = createHmac("sha256", secretKey).update(email).digest();
      const [oldest] = hashes.keys();
      if (oldest !== undefined && hashes.size >= remembered) hashes.delete(oldest);
      hashes.set(email, hash);
      return hash;
    },
    isSuppressed(organization, hash) {
      const find = database.statement("SELECT 1 FROM suppressions WHERE organization = ? AND address_hash = ?");
      return find.get(organization, hash) !== undefined;
    },
    suppress(organization, hash, reason, now) {
      database
        .statement(
          `INSERT INTO suppressions (organization, address_hash, reason, created_at) VALUES (?, ?, ?, ?)
           ON CONFLICT DO NOTHING`,
        )
        .run(organization, hash, reason, now);
    },
  };
}
