import { statSync } from "node:fs";
import BetterSqlite from "better-sqlite3";
import { cutOff } from "./cut-off.js";
import { damage, storeError } from "./sqlite-errors.js";

/** Up to as many bytes every index is compared with its table, at 6 ms a megabyte. */
const compared = 32 * 2 ** 20;
/** Up to as many bytes the structure of every page is looked at, at 2 ms a megabyte. */
const looked = 256 * 2 ** 20;

/**
 * Throws `StoreDamaged` when the database at `file` is seen to be damaged; writes neither to it nor to its log. A missing or empty file
 * without a log is sound. SQLite keeps no checksums of its pages: a broken structure is found, a changed letter within a text is not, and
 * of a large file only the beginning is read. To be asked before the file is opened for writing: closing it copies into it what SQLite
 * believes of a damaged log, and deletes the rest.
 */
export function requireSound(file: string): void {
  const [size, logSize] = [sizeOf(file), sizeOf(`${file}-wal`)];
  if (size === 0 && logSize > 0) throw damage(file, "it is empty or missing, and its -wal is not");
  if (size === 0) return;
  try {
    const connection = new BetterSqlite(file, { readonly: true });
    try {
      const problem =
        pageProblem(connection, size) ?? (logSize > 0 ? logProblem(connection, `${file}-wal`) : undefined);
      if (problem !== undefined) throw damage(file, problem);
    } finally {
      connection.close();
    }
  } catch (cause) {
    throw storeError(cause, file);
  }
}

function pageProblem(connection: BetterSqlite.Database, size: number): string | undefined {
  if (size > looked) return beginningProblem(connection);
  const check = size > compared ? "quick_check(1)" : "integrity_check(1)";
  const problem = String(connection.pragma(check, { simple: true }));
  return problem === "ok" ? undefined : problem.replaceAll(/\s+/g, " ");
}

/** Reads the first page and the schema: throws when they, or the size of the file, are wrong. */
function beginningProblem(connection: BetterSqlite.Database): undefined {
  connection.prepare("SELECT count(*) FROM sqlite_schema").get();
}

/** Another process may write at this moment: only what stays so is damage. */
function logProblem(connection: BetterSqlite.Database, log: string): string | undefined {
  const look = (): string | undefined => {
    beginningProblem(connection);
    const [{ log: frames }] = connection.pragma("wal_checkpoint(NOOP)") as [{ log: number }];
    return cutOff(log, Math.max(frames, 0), Number(connection.pragma("page_size", { simple: true })));
  };
  const problem = look();
  return problem !== undefined && problem === look() ? problem : undefined;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
