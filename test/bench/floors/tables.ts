/** The least that a call must leave behind, as one writes it down first: people by email, an execution, and a sending each. */
export const tables = `
CREATE TABLE contacts (
  id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, first_name TEXT, last_name TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
);
CREATE TABLE executions (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL);
CREATE TABLE sendings (
  id TEXT PRIMARY KEY, execution_id TEXT NOT NULL, contact_id TEXT NOT NULL, step INTEGER NOT NULL, due_at INTEGER NOT NULL
);
CREATE INDEX sendings_by_execution ON sendings (execution_id);
CREATE INDEX sendings_by_contact ON sendings (contact_id);
`;
