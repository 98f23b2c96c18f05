import type { Contact, Instant } from "../../../../core/contracts/model.js";
import type { Erased } from "../../../../core/contracts/store.js";
import { cancelSendings, stillToCome } from "./cancelling.js";
import { owned, type KeptSending, type Tables } from "./tables.js";

/** Removes what is kept of a person. The address stays suppressed. */
export function erase(tables: Tables, { id, organization, email }: Contact, now: Instant): Erased {
  tables.suppressed.add(owned(organization, email));
  cancelSendings(tables, stillToCome(tables, id), "erased", now);
  const theirs = [...tables.sendings.values()].filter(({ row }) => row.contactId === id);
  const answers = [...tables.answers.values()].filter(({ contactIds }) => contactIds.includes(id));
  for (const answer of answers) answer.body = without(email, answer.body);
  for (const sending of theirs) forget(sending);
  const ids = new Set(theirs.map(({ row }) => row.id));
  const kept = tables.outbox.filter(
    (message) => !ids.has(message.sendingId) && (message.organization !== organization || message.to !== email),
  );
  const messages = tables.outbox.length - kept.length;
  tables.outbox = kept;
  tables.contacts.delete(id);
  return { contacts: 1, sendings: theirs.length, messages, answers: answers.length };
}

function forget(sending: KeptSending): void {
  sending.row = { ...sending.row, context: {} };
  sending.notes = sending.notes.map((note) => ({ ...note, note: null }));
  for (const [id, { row, after }] of sending.attempts)
    sending.attempts.set(id, { row: { ...row, reason: null }, after });
}

/** The address, however it was spelled in the call, is taken out of the texts of a JSON text. */
function without(email: string, json: string): string {
  const blank = (_key: string, value: unknown): unknown =>
    typeof value === "string" && value.trim().toLowerCase() === email ? value.replace(value.trim(), "erased") : value;
  return JSON.stringify(JSON.parse(json, blank));
}
