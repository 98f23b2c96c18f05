import { systemIds } from "../../../core/system/ids.js";
import type { Person } from "./front.js";

/** As much of a prepared statement as is used. */
interface Statement {
  get(...values: unknown[]): unknown;
  run(...values: unknown[]): unknown;
}

export interface AcceptedSending {
  id: string;
  email: string;
}

/** Inside a transaction: keeps the people of one call, its execution and their sendings in the tables of tables.ts. */
export function acceptCall(prepared: (sql: string) => Statement, people: readonly Person[]): AcceptedSending[] {
  const upsert = prepared(
    `INSERT INTO contacts (id, email, first_name, last_name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (email) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name, updated_at = excluded.updated_at
     RETURNING id`,
  );
  const insert = prepared("INSERT INTO sendings (id, execution_id, contact_id, step, due_at) VALUES (?, ?, ?, 0, ?)");
  const now = Date.now();
  const execution = systemIds.next();
  prepared("INSERT INTO executions (id, created_at) VALUES (?, ?)").run(execution, now);
  return people.map(({ email, firstName, lastName }) => {
    const contact = upsert.get(systemIds.next(), email, firstName, lastName, now, now) as { id: string };
    const id = systemIds.next();
    insert.run(id, execution, contact.id, now);
    return { id, email };
  });
}
