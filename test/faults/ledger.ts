import BetterSqlite from "better-sqlite3";

/** What the oracle reads of the final database. */
export interface LedgerSending {
  id: string;
  execution_id: string;
  contact_id: string;
  state: string;
  reason: string | null;
  step_id: string | null;
  due_at: number | null;
  parked_on: string | null;
  lease_until: number | null;
  policy: string;
}
export interface LedgerAttempt {
  sending_id: string;
  id: string;
  step_id: string;
  state: string;
  calling_at: number;
}
export interface LedgerView {
  integrity: string;
  sendings: LedgerSending[];
  attempts: LedgerAttempt[];
  executions: Map<string, { status: string; sendings_created: number }>;
  contacts: Map<string, string>;
  lockedJobs: number;
}

/** Reads a database that no server uses, past the program's own code. */
export function readLedger(file: string): LedgerView {
  const database = new BetterSqlite(file, { readonly: true });
  try {
    const all = <Row>(sql: string): Row[] => database.prepare<[], Row>(sql).all();
    const executions = all<{ id: string; status: string; sendings_created: number }>(
      "SELECT id, status, sendings_created FROM executions",
    );
    const contacts = all<{ id: string; email: string }>("SELECT id, email FROM contacts");
    return {
      integrity: String(database.pragma("integrity_check", { simple: true })),
      sendings: all(
        `SELECT s.id, execution_id, contact_id, state, reason, step_id, due_at, parked_on, lease_until, q.key AS policy
         FROM sendings s JOIN sequences q ON q.id = s.sequence_id`,
      ),
      attempts: all("SELECT sending_id, id, step_id, state, calling_at FROM attempts"),
      executions: new Map(executions.map(({ id, ...rest }) => [id, rest])),
      contacts: new Map(contacts.map(({ id, email }) => [id, email])),
      lockedJobs: all("SELECT 1 FROM jobs WHERE locked_at IS NOT NULL").length,
    };
  } finally {
    database.close();
  }
}
