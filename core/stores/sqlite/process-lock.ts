import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import BetterSqlite from "better-sqlite3";

/** Held by this process until `release`, or until the process ends in whatever way. */
export interface ProcessLock {
  release(): void;
}

/** A connection that nobody refers to would be collected, and its lock with it. */
const held = new Set<BetterSqlite.Database>();

/**
 * Makes this process the only holder of `file`, a lock file that is made (0600, with its folders) when it is missing; `undefined` when
 * somebody else holds it for longer than `patience` milliseconds. The lock is the operating system's: it goes with the process, so that
 * nothing stale is left behind by a crash. Throws when the file cannot be made or locked at all.
 *
 * Nobody may open and close the file by other means in a process that holds it: POSIX drops all of a process's locks on a file with the
 * first descriptor that it closes.
 */
export function lockProcess(file: string, patience = 0): ProcessLock | undefined {
  try {
    create(file);
    return exclusive(new BetterSqlite(file, { timeout: patience }));
  } catch (cause) {
    throw new Error(`The lock file ${file} cannot be locked`, { cause });
  }
}

/** Opens the file only when it is not there yet. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  }
}

function exclusive(connection: BetterSqlite.Database): ProcessLock | undefined {
  try {
    connection.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    held.add(connection);
    return { release: () => release(connection) };
  } catch (cause) {
    connection.close();
    if (cause instanceof BetterSqlite.SqliteError && cause.code.startsWith("SQLITE_BUSY")) return undefined;
    throw cause;
  }
}

function release(connection: BetterSqlite.Database): void {
  held.delete(connection);
  connection.close();
}
