import { addressesIn } from "../../../../core/contracts/addresses-in.js";
import type { Contact, Instant } from "../../../../core/contracts/model.js";
import type { Erased } from "../../../../core/contracts/store.js";
import { cancelSendings, stillToCome } from "./cancelling.js";
import { owned, type KeptEvent, type KeptSending, type Tables } from "./tables.js";

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
  forgetMentioned(tables, organization, email);
  return { contacts: 1, sendings: theirs.length, messages, answers: answers.length };
}

/** As `erase`, for whoever has the address, also when nobody is known by it. */
export function redact(tables: Tables, organization: string, email: string, now: Instant): void {
  const contact = [...tables.contacts.values()].find((one) => one.organization === organization && one.email === email);
  if (contact) {
    erase(tables, contact, now);
    return;
  }
  tables.suppressed.add(owned(organization, email));
  tables.outbox = tables.outbox.filter((one) => one.organization !== organization || one.to !== email);
  forgetMentioned(tables, organization, email);
}

/** Empties the events and the entities that name the address. */
function forgetMentioned(tables: Tables, organization: string, email: string): void {
  const names = (text: string) => addressesIn(text).has(email);
  for (const event of tables.events.values()) {
    if (event.row.organization === organization && names(textOf(event))) empty(event, names);
  }
  for (const entity of tables.entities) {
    if (entity.row.organization === organization && names(JSON.stringify(entity.row.data)))
      entity.row = { ...entity.row, data: {} };
  }
}

function textOf({ row: { body, query, headers, commands, notes } }: KeptEvent): string {
  return [new TextDecoder().decode(body), query, ...Object.values(headers), JSON.stringify([commands, notes])].join(
    "\n",
  );
}

function empty(event: KeptEvent, names: (text: string) => boolean): void {
  const { row } = event;
  const headers = Object.fromEntries(Object.entries(row.headers).filter(([, text]) => !names(text)));
  const notes = row.notes.filter((note) => !names(note));
  event.row = { ...row, body: new Uint8Array(), query: "", commands: [], headers, notes };
  event.isForgotten = true;
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
