import { randomBytes } from "node:crypto";
import type { Store } from "../../../../core/contracts/store.js";
import { memoryAttempts } from "./attempts.js";
import { memoryChannels } from "./channels.js";
import { memoryContacts } from "./contacts.js";
import { memoryExecutions } from "./executions.js";
import { memoryInbox } from "./inbox.js";
import { memoryKeys } from "./keys.js";
import { memoryOutbox } from "./outbox.js";
import { memorySendings } from "./sendings.js";
import { memorySequences } from "./sequences.js";
import { emptyTables, type Tables } from "./tables.js";

/** A store in plain maps, for a simulator that makes thousands of them. Each operation is one turn, so that it is atomic. */
export function memoryStore(): Store {
  const tables = emptyTables();
  return {
    contacts: memoryContacts(tables),
    sequences: memorySequences(tables),
    executions: memoryExecutions(tables),
    sendings: memorySendings(tables),
    attempts: memoryAttempts(tables),
    inbox: memoryInbox(tables),
    outbox: memoryOutbox(tables),
    channels: memoryChannels(tables),
    keys: memoryKeys(tables),

    async secret(name) {
      const secret = tables.secrets.get(name) ?? new Uint8Array(randomBytes(32));
      tables.secrets.set(name, secret);
      return secret;
    },

    async takeOver(held) {
      for (const sending of tables.sendings.values()) {
        const isHeld = held?.executions.includes(sending.row.executionId) ?? true;
        if (sending.claim && isHeld) sending.claim = { ...sending.claim, leaseUntil: 0 };
      }
      for (const event of tables.events.values())
        if (held?.sources.includes(event.row.source) ?? true) event.lease = null;
    },

    expire: async (before, limit) => expire(tables, before, limit),

    check: async () => undefined,
    close: async () => undefined,
  };
}

function expire(tables: Tables, before: Parameters<Store["expire"]>[0], limit: number): number {
  const answers = [...tables.answers].filter(([, { createdAt }]) => createdAt < before.idempotency).slice(0, limit);
  for (const [name] of answers) tables.answers.delete(name);
  const messages = new Set(tables.outbox.filter(({ at }) => at < before.outbox).slice(0, limit));
  tables.outbox = tables.outbox.filter((message) => !messages.has(message));
  const events = [...tables.events.values()].filter(
    ({ row }) => row.status !== "received" && row.receivedAt < before.events,
  );
  for (const { row } of events.slice(0, limit)) tables.events.delete(row.id);
  const refused = new Set(tables.refused.filter(({ at }) => at < before.refused).slice(0, limit));
  tables.refused = tables.refused.filter((request) => !refused.has(request));
  return answers.length + messages.size + Math.min(events.length, limit) + refused.size;
}
