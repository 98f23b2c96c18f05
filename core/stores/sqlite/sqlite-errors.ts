import BetterSqlite from "better-sqlite3";
import { StoreDamaged, StoreUnavailable } from "../../contracts/errors.js";

const unavailable = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|PROTOCOL)/;
const damaged = /^SQLITE_(CORRUPT|NOTADB)/;

/** What a caller of the store is told: SQLite's "not now" is `StoreUnavailable`, damage of `file` is `StoreDamaged`, the rest stays. */
export function storeError(cause: unknown, file: string): unknown {
  if (!(cause instanceof BetterSqlite.SqliteError)) return cause;
  if (damaged.test(cause.code)) return damage(file, cause.message, { cause });
  if (!unavailable.test(cause.code)) return cause;
  return new StoreUnavailable(`The database ${file} cannot be used now (${cause.code})`, { cause });
}

/** Says what is wrong with `file`, and what to do about it. */
export function damage(file: string, what: string, options?: ErrorOptions): StoreDamaged {
  return new StoreDamaged(
    `The database ${file} is damaged: ${what}. Stop the server, move this file away together with its -wal and -shm, ` +
      "and put a backup in its place",
    options,
  );
}

/** Another connection holds the lock. */
export function isBusy(cause: unknown): boolean {
  return cause instanceof BetterSqlite.SqliteError && cause.code.startsWith("SQLITE_BUSY");
}

/** What was committed to `file` is perhaps not on the disk: only what a new start finds there can be believed. */
export function unconfirmed(file: string, cause: unknown): StoreDamaged {
  const { code } = cause as NodeJS.ErrnoException;
  return new StoreDamaged(
    `The disk did not take what was written to ${file} (${code ?? "no reason given"}). Stop the server, look after the disk, and start ` +
      "again: what was answered before this is kept",
    { cause },
  );
}
