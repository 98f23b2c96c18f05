import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { StoreDamaged } from "../../contracts/errors.js";
import { Database, type DatabaseOptions } from "./database.js";

/** The first that cannot lose data when a write meets a checkpoint: https://sqlite.org/wal.html#walresetbug */
const oldest = "3.51.3";

/** Opens the database at `file`; a missing one is made, for this user only (0600, its folders 0700). Throws a sentence when it cannot. */
export function openFile(file: string, options: DatabaseOptions): Database {
  if (file !== ":memory:") make(file);
  try {
    return new Database(file, options);
  } catch (cause) {
    if (cause instanceof StoreDamaged) throw cause;
    throw new Error(`${file} cannot be opened as a SQLite database`, { cause });
  }
}

/** Throws a sentence when the SQLite under `database` is older than is safe. */
export function requireVersion(database: Database, wanted: string = oldest): void {
  const { version } = database.statement("SELECT sqlite_version() AS version").get() as { version: string };
  if (version.localeCompare(wanted, "en", { numeric: true }) < 0) {
    throw new Error(
      `SQLite ${wanted} or newer is needed and this is ${version}: install the better-sqlite3 of package-lock.json`,
    );
  }
}

function make(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    touch(file);
  } catch (cause) {
    throw new Error(`The database file ${file} cannot be made`, { cause });
  }
}

/** Opens the file only when it is not there yet: to close it would drop the locks of other connections in this process. */
function touch(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  }
}
