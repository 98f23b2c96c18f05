import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore, type SqliteOptions, type SqliteStore } from "../../../../core/stores/sqlite/sqlite-store.js";

export interface Ends {
  teardown(handler: () => Promise<void>): void;
}

/** The path of a file that is not there yet, in a folder that goes with the test. */
export async function newFile(t: Ends): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-store-"));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, "furrow.db");
}

/** A store that is closed when the test ends. */
export async function openStore(t: Ends, options: SqliteOptions): Promise<SqliteStore> {
  const store = await openSqliteStore(options);
  t.teardown(() => store.close());
  return store;
}
