import type { Database } from "./database.js";
import { jobsSchema } from "./jobs-schema.js";
import { inbox } from "./migrations/inbox.js";
import { initial } from "./migrations/initial.js";

/** The n-th makes version n of a version n - 1. A migration that was released is never changed: the next change is the next one. */
export const migrations: readonly string[] = [initial, jobsSchema, inbox];

/** "Furw": how a file says that it is ours. */
const applicationId = 0x46757277;

/**
 * Brings a new or an older database up to the newest version, one transaction per version. Throws a sentence, and has changed nothing,
 * when the database is another program's or was written by a newer program.
 */
export async function migrate(database: Database, file: string, steps: readonly string[] = migrations): Promise<void> {
  const version = versionOf(database);
  if (version > steps.length) {
    throw new Error(
      `${file} was written by a newer Furrow (its schema is version ${version}, this program knows ${steps.length}): ` +
        "start that version, or restore a backup from before the upgrade",
    );
  }
  if (!isOurs(database))
    throw new Error(`${file} is the database of another program: name a file of its own in sqlite.file`);
  for (const [index, sql] of steps.entries()) {
    if (index >= version) await database.write(() => raise(database, sql, index + 1));
  }
}

/** Another process may have been here first. */
function raise(database: Database, sql: string, version: number): void {
  if (versionOf(database) >= version) return;
  database.run(sql);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${version}`);
}

function isOurs(database: Database): boolean {
  const { tables } = database.statement<{ tables: number }>("SELECT count(*) AS tables FROM sqlite_schema").get() as {
    tables: number;
  };
  return tables === 0 || numberOf(database, "application_id") === applicationId;
}

function versionOf(database: Database): number {
  return numberOf(database, "user_version");
}

function numberOf(database: Database, pragma: "application_id" | "user_version"): number {
  const [row] = database.pragma(pragma) as [Record<typeof pragma, number>];
  return row[pragma];
}
