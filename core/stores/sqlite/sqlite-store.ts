import type { Store } from "../../contracts/store.js";
import { sqliteAddresses } from "./addresses.js";
import { sqliteAttempts } from "./attempts.js";
import { sqliteChannels } from "./channels.js";
import { sqliteContacts } from "./contacts.js";
import type { Database, DatabaseOptions } from "./database.js";
import { sqliteExecutions } from "./executions.js";
import { openFile, requireVersion } from "./file.js";
import { sqliteHousekeeping } from "./housekeeping.js";
import { sqliteInbox } from "./inbox.js";
import { sqliteKeys } from "./keys.js";
import { migrate } from "./migrations.js";
import { requireUnmoved } from "./moves.js";
import { sqliteOutbox } from "./outbox.js";
import { secret } from "./secrets.js";
import { sqliteSendings } from "./sendings.js";
import { sqliteSequences } from "./sequences.js";

export interface SqliteOptions extends DatabaseOptions {
  /** Its path, or `:memory:`. */
  file: string;
}

/** A store in one SQLite file. Several processes may open it at once. */
export interface SqliteStore extends Store {
  readonly database: Database;
}

/**
 * Opens the store; a missing file is made, an older one is brought up to date. Throws a sentence when the file cannot be used: no
 * database, another program's, written by a newer version of this one, or the source or target of a move.
 */
export async function openSqliteStore({ file, ...options }: SqliteOptions): Promise<SqliteStore> {
  const database = openFile(file, options);
  try {
    requireVersion(database);
    await migrate(database, file);
    await requireUnmoved(database, file);
    return storeOf(database, await secret(database, "suppressions"));
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function storeOf(database: Database, addressKey: Uint8Array): SqliteStore {
  const addresses = sqliteAddresses(database, addressKey);
  return {
    database,
    contacts: sqliteContacts(database, addresses),
    sequences: sqliteSequences(database),
    executions: sqliteExecutions(database, addresses),
    sendings: sqliteSendings(database),
    attempts: sqliteAttempts(database),
    inbox: sqliteInbox(database, addresses),
    outbox: sqliteOutbox(database),
    channels: sqliteChannels(database),
    keys: sqliteKeys(database),
    secret: (name) => secret(database, name),
    ...sqliteHousekeeping(database),
    close: async () => database.close(),
  };
}
