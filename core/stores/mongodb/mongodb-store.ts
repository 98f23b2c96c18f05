import { mongodbAddresses } from "./addresses.js";
import { openDatabase, type Database } from "./database.js";
import { migrate } from "./migrations.js";
import { storeError } from "./errors.js";
import { requireUnmoved } from "./moves.js";
import { placeOf } from "./place.js";
import { secret } from "./secrets.js";

export interface MongodbOptions {
  /** As `mongodb://host:27017/furrow?replicaSet=name`; the database is `furrow` when it names none. */
  url: string;
}

/**
 * Opens the store; an empty database is set up, an older one is brought up to date. Throws a sentence when it cannot be used: an address
 * that cannot be read, a standalone server, one that is too old, or a database that was written by a newer version of this one.
 */
export async function openMongodbStore({ url }: MongodbOptions) {
  const database = await openDatabase(url);
  try {
    await migrate(database.db);
    await requireUnmoved(database.db, placeOf(url));
    return storeOf(database, await secret(database, "suppressions"));
  } catch (cause) {
    await database.close();
    throw storeError(cause);
  }
}

function storeOf(database: Database, addressKey: Uint8Array) {
  const addresses = mongodbAddresses(database, addressKey);
  return {
    database,
    addresses,
    ...database.guarded({ secret: (name: string) => secret(database, name) }),
    close: () => database.close(),
  };
}
