import type { Store } from "../../contracts/store.js";
import { mongodbAddresses } from "./addresses.js";
import { mongodbAttempts } from "./attempts.js";
import { mongodbChannels } from "./channels.js";
import { mongodbContacts } from "./contacts.js";
import { openDatabase, type Database } from "./database.js";
import { storeError } from "./errors.js";
import { mongodbExecutions } from "./executions.js";
import { mongodbHousekeeping } from "./housekeeping.js";
import { mongodbInbox } from "./inbox.js";
import { mongodbKeys } from "./keys.js";
import { migrate } from "./migrations.js";
import { mongodbOutbox } from "./outbox.js";
import { secret } from "./secrets.js";
import { mongodbSendings } from "./sendings.js";
import { mongodbSequences } from "./sequences.js";

export interface MongodbOptions {
  /** As `mongodb://host:27017/furrow?replicaSet=name`; the database is `furrow` when it names none. */
  url: string;
}

/** A store in one database of a MongoDB replica set. Any number of processes may open it at once. */
export interface MongodbStore extends Store {
  readonly database: Database;
}

/**
 * Opens the store; an empty database is set up, an older one is brought up to date. Throws a sentence when it cannot be used: an address
 * that cannot be read, a standalone server, one that is too old, or a database that was written by a newer version of this one.
 */
export async function openMongodbStore({ url }: MongodbOptions): Promise<MongodbStore> {
  const database = await openDatabase(url);
  try {
    await migrate(database.db);
    return storeOf(database, await secret(database, "suppressions"));
  } catch (cause) {
    await database.close();
    throw storeError(cause);
  }
}

function storeOf(database: Database, addressKey: Uint8Array): MongodbStore {
  const addresses = mongodbAddresses(database, addressKey);
  return {
    database,
    contacts: database.guarded(mongodbContacts(database, addresses)),
    sequences: database.guarded(mongodbSequences(database)),
    executions: database.guarded(mongodbExecutions(database, addresses)),
    sendings: database.guarded(mongodbSendings(database, addresses)),
    attempts: database.guarded(mongodbAttempts(database, addresses)),
    inbox: database.guarded(mongodbInbox(database, addresses)),
    outbox: database.guarded(mongodbOutbox(database)),
    channels: database.guarded(mongodbChannels(database)),
    keys: database.guarded(mongodbKeys(database)),
    ...database.guarded({ secret: (name: string) => secret(database, name), ...mongodbHousekeeping(database) }),
    close: () => database.close(),
  };
}
