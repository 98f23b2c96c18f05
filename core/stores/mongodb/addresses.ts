import { createHmac, createSecretKey } from "node:crypto";
import type { ClientSession } from "mongodb";
import type { Instant } from "../../contracts/model.js";
import type { Database } from "./database.js";
import { idOf } from "./documents.js";

/** Knows which addresses are never to be written to again, by a hash that nobody can try addresses on without the store's secret. */
export interface Addresses {
  hash(email: string): string;
  /** Which of these hashes are suppressed. */
  suppressed(organization: string, hashes: readonly string[], session?: ClientSession): Promise<Set<string>>;
  /** The first reason stays. */
  suppress(organization: string, hash: string, reason: string, now: Instant, session?: ClientSession): Promise<void>;
}

/** An event names its person several times over. */
const remembered = 100;

/** `key`: 32 bytes that stay the same for the life of the database. */
export function mongodbAddresses({ suppressions }: Database, key: Uint8Array): Addresses {
  const secretKey = createSecretKey(key);
  const hashes = new Map<string, string>();

  return {
    hash(email) {
      const known = hashes.get(email);
      if (known !== undefined) return known;
      const hash = createHmac("sha256", secretKey).update(email).digest("base64");
      const [oldest] = hashes.keys();
      if (oldest !== undefined && hashes.size >= remembered) hashes.delete(oldest);
      hashes.set(email, hash);
      return hash;
    },

    async suppressed(organization, wanted, session) {
      const byId = new Map(wanted.map((hash) => [idOf(organization, hash), hash]));
      const found = suppressions.find(
        { _id: { $in: [...byId.keys()] } },
        { projection: { _id: 1 }, ...within(session) },
      );
      const hashes = (await found.toArray()).map(({ _id }) => byId.get(_id));
      return new Set(hashes.filter((hash) => hash !== undefined));
    },

    async suppress(organization, hash, reason, now, session) {
      const _id = idOf(organization, hash);
      const first = { $setOnInsert: { reason, createdAt: now } };
      await suppressions.updateOne({ _id: { $eq: _id } }, first, { upsert: true, ...within(session) });
    },
  };
}

/** The option of an operation that may be part of a transaction. */
export function within(session: ClientSession | undefined): { session?: ClientSession } {
  return session ? { session } : {};
}
