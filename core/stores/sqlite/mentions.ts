import { addressesIn } from "../../contracts/addresses-in.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";

export type Subject = "event" | "entity";

/** Inside a write: notes which addresses the text of an event or an entity names. */
export function mention(
  database: Database,
  addresses: Addresses,
  organization: string,
  kind: Subject,
  subject: string,
  text: string,
): void {
  const found = addressesIn(text);
  if (found.size === 0) return;
  const insert = database.statement(
    "INSERT INTO mentions (organization, address_hash, kind, subject) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  for (const address of found) insert.run(organization, addresses.hash(address), kind, subject);
}

/** Inside a write: for a subject that is gone, or whose text is another one now. */
export function forgetMentions(database: Database, kind: Subject, subject: string): void {
  database.statement("DELETE FROM mentions WHERE kind = ? AND subject = ?").run(kind, subject);
}

/** Inside a write: empties the events and the entities of the organization that name the address (in lower case). */
export function forgetMentioned(database: Database, addresses: Addresses, organization: string, email: string): void {
  const found = database
    .statement<{ kind: Subject; subject: string }>(
      "SELECT kind, subject FROM mentions WHERE organization = ? AND address_hash = ?",
    )
    .all(organization, addresses.hash(email));
  for (const { kind, subject } of found) {
    if (kind === "event") emptyEvent(database, subject, email);
    else database.statement("UPDATE entities SET data = '{}' WHERE id = ?").run(Number(subject));
    forgetMentions(database, kind, subject);
  }
}

function emptyEvent(database: Database, id: string, email: string): void {
  const event = database
    .statement<{ headers: string; notes: string }>("SELECT headers, notes FROM inbox WHERE id = ?")
    .get(id);
  if (!event) return;
  const names = (text: string) => addressesIn(text).has(email);
  const headers = Object.entries(JSON.parse(event.headers) as Record<string, string>).filter(
    ([, text]) => !names(text),
  );
  const notes = (JSON.parse(event.notes) as string[]).filter((note) => !names(note));
  database
    .statement(
      "UPDATE inbox SET body = x'', query = '', commands = '[]', headers = ?, notes = ?, forgotten = 1 WHERE id = ?",
    )
    .run(JSON.stringify(Object.fromEntries(headers)), JSON.stringify(notes), id);
}
