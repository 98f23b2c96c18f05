import type { Contact, Instant } from "../../contracts/model.js";
import type { Erased } from "../../contracts/store.js";
import { withoutAddress } from "../../contracts/without-address.js";
import type { Addresses } from "./addresses.js";
import { cancelSendings } from "./cancelling.js";
import { contactOf, type ContactRow } from "./contact-rows.js";
import type { Database } from "./database.js";
import { forgetMentioned } from "./mentions.js";

const theirs = "SELECT id FROM sendings WHERE contact_id = ?";

/** Inside a write: removes what is kept of a person. The address stays suppressed by its hash. */
export function erase(database: Database, addresses: Addresses, contact: Contact, now: Instant): Erased {
  const { id, organization, email } = contact;
  addresses.suppress(organization, addresses.hash(email), "erased", now);
  cancelSendings(database, "person", id, "erased", now);
  const change = (sql: string, ...values: unknown[]) => database.statement(sql).run(...values).changes;
  const answers = blank(database, contact);
  // Whatever a provider or a template said may name the person.
  change(`UPDATE attempts SET reason = NULL WHERE sending_id IN (${theirs})`, id);
  change(`UPDATE notes SET note = NULL WHERE sending_id IN (${theirs})`, id);
  const messages =
    change(`DELETE FROM outbox WHERE sending_id IN (${theirs})`, id) +
    change("DELETE FROM outbox WHERE organization = ? AND recipient = ?", organization, email);
  forgetMentioned(database, addresses, organization, email);
  const sendings = change("UPDATE sendings SET context = '{}' WHERE contact_id = ?", id);
  const contacts = change("DELETE FROM contacts WHERE id = ?", id);
  return { contacts, sendings, messages, answers };
}

/** Inside a write: as `erase`, for whoever has the address (in lower case), also when nobody is known by it. */
export function redact(
  database: Database,
  addresses: Addresses,
  organization: string,
  email: string,
  now: Instant,
): void {
  const row = database
    .statement<ContactRow>("SELECT * FROM contacts WHERE organization = ? AND email = ?")
    .get(organization, email);
  if (row) {
    erase(database, addresses, contactOf(row), now);
    return;
  }
  addresses.suppress(organization, addresses.hash(email), "erased", now);
  database.statement("DELETE FROM outbox WHERE organization = ? AND recipient = ?").run(organization, email);
  forgetMentioned(database, addresses, organization, email);
}

/** Takes the address out of the answers that are kept for replay. */
function blank(database: Database, { id, email }: Contact): number {
  const answers = database
    .statement<{ id: number; body: string }>(
      `SELECT id, body FROM answers WHERE execution_id IN (SELECT execution_id FROM sendings WHERE contact_id = @id)
       UNION SELECT id, body FROM answers WHERE id IN (SELECT answer_id FROM answer_contacts WHERE contact_id = @id)`,
    )
    .all({ id });
  for (const { id: answer, body } of answers) {
    database.statement("UPDATE answers SET body = ? WHERE id = ?").run(withoutAddress(body, email), answer);
  }
  return answers.length;
}
