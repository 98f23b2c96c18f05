import BetterSqlite from "better-sqlite3";

/** Between the creation of one copy and the next, in milliseconds. */
const apart = 1_000;

/** Every table that an execution leaves rows in; of the jobs only those of executions. */
const sources = {
  contacts: "contacts",
  executions: "executions",
  sendings: "sendings",
  attempts: "attempts",
  notes: "notes",
  jobs: "(SELECT * FROM jobs WHERE length(key) = 36)",
};

/**
 * Copies all people, executions and what belongs to them `copies` times, in a database that no program uses: with ids and addresses of
 * their own, each copy a second older than the next. What waits for a time is overdue afterwards, in the copies and in the originals.
 */
export function multiply(file: string, copies: number): void {
  const database = new BetterSqlite(file);
  try {
    // If this is cut short the file is thrown away.
    database.pragma("journal_mode = OFF");
    database.pragma("synchronous = OFF");
    database.pragma("cache_size = -1000000");
    for (const [table, source] of Object.entries(sources)) {
      const columns = columnsOf(database, table);
      const values = columns.map((column) => copyOf(column));
      database.exec(`CREATE TEMP TABLE original AS SELECT * FROM ${source}`);
      database.exec(`
        WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < ${copies})
        INSERT INTO main.${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM copy CROSS JOIN temp.original`);
      database.exec("DROP TABLE temp.original");
      for (const column of columns.filter((name) => waits.has(name))) {
        database.exec(`UPDATE ${table} SET ${column} = ${Date.now()} - ${apart} WHERE ${column} IS NOT NULL`);
      }
    }
    database.pragma("journal_mode = WAL");
  } finally {
    database.close();
  }

  function copyOf(column: string): string {
    if (ids.has(column)) return shifted(column);
    if (column === "data") return `json_object('id', ${shifted("key")})`;
    if (column === "email" || column === "search") return `n || '-' || ${column}`;
    if (column === "address_hash") return "randomblob(32)";
    return column.endsWith("_at") ? `${column} - (${copies} - n) * ${apart}` : column;
  }
}

const ids = new Set(["id", "execution_id", "contact_id", "sending_id", "attempt_id", "key"]);
const waits = new Set(["due_at", "next_run_at"]);

/** Another UUID for each copy, all of them before today's and in the order of the copies: the first digits are of the time. */
function shifted(id: string): string {
  return `printf('%08x', n) || substr(${id}, 9)`;
}

function columnsOf(database: BetterSqlite.Database, table: string): string[] {
  const columns = database.pragma(`table_info(${table})`) as { name: string; type: string }[];
  // Jobs are numbered by SQLite.
  return columns.filter(({ name, type }) => !(name === "id" && type === "INTEGER")).map(({ name }) => name);
}
