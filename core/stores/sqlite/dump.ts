import { kinds, type DumpPage, type Kind, type PageLimit, type StoreDump, type Stored } from "../../contracts/dump.js";
import type { Database } from "./database.js";
import { recordOf, valuesOf, type Row } from "./dump-columns.js";
import { dumpTables, type Part, type Table } from "./dump-tables.js";
import { openFile, requireVersion } from "./file.js";
import { migrate } from "./migrations.js";
import { markMove, moveOf } from "./moves.js";

/**
 * Opens the file for a move; a missing one is made, an older one is brought up to date. Whoever opens it holds the lock beside it. Throws a
 * sentence when it cannot be used.
 */
export async function openSqliteDump({ file }: { file: string }): Promise<StoreDump> {
  const database = openFile(file, {});
  try {
    requireVersion(database);
    await migrate(database, file);
    return dumpOf(database, file);
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function dumpOf(database: Database, place: string): StoreDump {
  return {
    place,
    read: (kind, after, limit) => database.look(() => page(database, kind, after, limit)),
    write: (kind, records, move) =>
      database.write(() => {
        for (const record of records) insert(database, dumpTables[kind], record as unknown as Row);
        markMove(database, "in", move);
      }),
    has: (kind) =>
      database.look(() => database.statement(`SELECT 1 FROM ${dumpTables[kind].table} LIMIT 1`).get() !== undefined),
    async clear() {
      const tables = kinds.flatMap((kind) => [dumpTables[kind], ...dumpTables[kind].parts].map(({ table }) => table));
      for (const table of new Set([...tables, "jobs"]))
        await database.write(() => database.statement(`DELETE FROM ${table}`).run());
    },
    move: (direction) => database.look(() => moveOf(database, direction)),
    mark: (direction, move) => database.write(() => markMove(database, direction, move)),
    inUse: () => Promise.resolve(undefined),
    close: async () => database.close(),
  };
}

function page<K extends Kind>(database: Database, kind: K, after: string | null, limit: PageLimit): DumpPage<K> {
  const table = dumpTables[kind];
  const key = table.key.join(", ");
  const where = after === null ? "" : `WHERE (${key}) > (${table.key.map(() => "?").join(", ")})`;
  const select = database.statement<Row>(`SELECT * FROM ${table.table} ${where} ORDER BY ${key}`);
  const rows: Row[] = [];
  let bytes = 0;
  for (const row of select.iterate(...(after === null ? [] : keyOf(after)))) {
    rows.push(row);
    bytes += sizeOf(row);
    if (rows.length >= limit.records || bytes >= limit.bytes) break;
  }
  const last = rows.at(-1);
  const isLast = rows.length < limit.records && bytes < limit.bytes;
  const records = rows.map((row) => recordOf(table.columns, row));
  for (const part of table.parts) join(database, part, table.key[0] as string, rows, records);
  return {
    records: records as unknown as Stored[K][],
    next: last && !isLast ? textOf(table.key.map((column) => last[column])) : null,
  };
}

/** Gives each record the rows that belong to it, which are read for all of them at once. */
function join(
  database: Database,
  part: Part,
  key: string,
  rows: readonly Row[],
  records: readonly Record<string, unknown>[],
): void {
  const lists = new Map<unknown, unknown[]>();
  for (const [index, row] of rows.entries()) {
    const list: unknown[] = [];
    lists.set(parentOf(part, row[key]), list);
    (records[index] as Record<string, unknown>)[part.field] = list;
  }
  const constant = Object.entries(part.constant ?? {}).map(([column, sql]) => `AND ${column} = ${sql}`);
  const found = database
    .statement<Row>(
      `SELECT * FROM ${part.table} WHERE ${part.parent} IN (SELECT value FROM json_each(?)) ${constant.join(" ")}
       ORDER BY ${part.parent}, ${part.order}`,
    )
    .all(JSON.stringify([...lists.keys()]));
  const [first] = part.columns;
  const single = part.columns.length === 1 ? first : undefined;
  for (const row of found)
    lists.get(row[part.parent])?.push(single ? single.read(row[single.column]) : recordOf(part.columns, row));
}

/** Inside a write. */
function insert(database: Database, table: Table, record: Row): void {
  const derived = Object.entries(table.derived);
  const names = [...table.columns.map(({ column }) => column), ...derived.map(([column]) => column)];
  const { lastInsertRowid } = database
    .statement(`INSERT INTO ${table.table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
    .run(...valuesOf(table.columns, record), ...derived.map(([, make]) => make(record)));
  const id = table.isNumbered ? Number(lastInsertRowid) : record[table.key[0] as string];
  for (const part of table.parts) insertPart(database, part, record, id);
}

function insertPart(database: Database, part: Part, record: Row, id: unknown): void {
  const constant = Object.entries(part.constant ?? {});
  const own = [...(part.inherited ?? []), ...part.columns].map(({ column }) => column);
  const names = [part.parent, ...own, ...(part.isCounted ? [part.order] : [])];
  const values = [...names.map(() => "?"), ...constant.map(([, sql]) => sql)];
  const all = [...names, ...constant.map(([column]) => column)];
  const [first] = part.columns;
  const statement = database.statement(`INSERT INTO ${part.table} (${all.join(", ")}) VALUES (${values.join(", ")})`);
  for (const [index, item] of (record[part.field] as unknown[]).entries()) {
    const row = part.columns.length === 1 && first ? { [first.field]: item } : (item as Row);
    const given = [...valuesOf(part.inherited ?? [], record), ...valuesOf(part.columns, row)];
    statement.run(parentOf(part, id), ...given, ...(part.isCounted ? [index + 1] : []));
  }
}

/** Mentions name their subject as text, whatever it is. */
function parentOf({ parent }: Part, id: unknown): unknown {
  return parent === "subject" ? String(id) : id;
}

function sizeOf(row: Row): number {
  return Object.values(row).reduce<number>((sum, value) => {
    if (typeof value === "string" || value instanceof Uint8Array) return sum + value.length;
    return sum + 8;
  }, 0);
}

/** Keys are text, numbers and bytes. */
function textOf(key: unknown[]): string {
  return JSON.stringify(
    key.map((part) => (part instanceof Uint8Array ? { hex: Buffer.from(part).toString("hex") } : part)),
  );
}

function keyOf(text: string): unknown[] {
  return (JSON.parse(text) as (string | number | { hex: string })[]).map((part) =>
    typeof part === "object" ? Buffer.from(part.hex, "hex") : part,
  );
}
