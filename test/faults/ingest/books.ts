import BetterSqlite from "better-sqlite3";

/** An event as the final database has it. */
export interface KeptEvent {
  id: string;
  source: string;
  delivery_id: string;
  status: string;
  reason: string | null;
  due_at: number | null;
  lease_until: number | null;
  body: Uint8Array;
  /** JSON. */
  execution_ids: string;
}

/** What the oracle reads of the final database about events, beside the ledger. */
export interface Books {
  events: KeptEvent[];
  /** Which event has started an execution. */
  causes: { id: string; event_id: string }[];
  cancellations: { sending_id: string; at: number }[];
}

/** Reads a database that no server uses, past the program's own code. */
export function readBooks(file: string): Books {
  return reading(file, (database) => {
    const all = <Row>(sql: string): Row[] => database.prepare<[], Row>(sql).all();
    return {
      events: all(
        "SELECT id, source, delivery_id, status, reason, due_at, lease_until, body, execution_ids FROM inbox",
      ),
      causes: all("SELECT id, event_id FROM executions WHERE event_id IS NOT NULL"),
      cancellations: all("SELECT sending_id, at FROM notes WHERE kind = 'cancelled'"),
    };
  });
}

const soon = 60 * 60_000;

/** What a server has still to do within the hour, read beside it, and how much of that is due since `overdue` and in nobody's hands. */
export function openWork(file: string, overdue: number): { open: number; forgotten: number } {
  return reading(file, (database) => {
    const count = (rows: string): number => Number(database.prepare(`SELECT count(*) FROM ${rows}`).pluck().get());
    const dueBy = (at: number, free: string): number =>
      count(`inbox WHERE due_at < ${at}${free}`) +
      count(`sendings WHERE state = 'open' AND due_at < ${at}${free}`) +
      count(`entities WHERE ended_due_at < ${at}`);
    const now = Date.now();
    return { open: dueBy(now + soon, ""), forgotten: dueBy(now - overdue, " AND lease_until IS NULL") };
  });
}

function reading<T>(file: string, read: (database: BetterSqlite.Database) => T): T {
  const database = new BetterSqlite(file, { readonly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
