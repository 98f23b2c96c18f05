import { randomBytes } from "node:crypto";
import type { Store } from "../../../../core/contracts/store.js";
import { memoryAttempts } from "./attempts.js";
import { memoryChannels } from "./channels.js";
import { memoryContacts } from "./contacts.js";
import { memoryExecutions } from "./executions.js";
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
    outbox: memoryOutbox(tables),
    channels: memoryChannels(tables),
    keys: memoryKeys(tables),

    async secret(name) {
      const secret = tables.secrets.get(name) ?? new Uint8Array(randomBytes(32));
      tables.secrets.set(name, secret);
      return secret;
    },

    async takeOver() {
      for (const sending of tables.sendings.values()) {
        if (sending.claim) sending.claim = { ...sending.claim, leaseUntil: 0 };
      }
    },

    expire: async (before, limit) => expire(tables, before, limit),

    check: async () => undefined,
    close: async () => undefined,
  };
}

function expire(tables: Tables, before: { outbox: number; idempotency: number }, limit: number): number {
  const answers = [...tables.answers].filter(([, { createdAt }]) => createdAt < before.idempotency).slice(0, limit);
  for (const [name] of answers) tables.answers.delete(name);
  const messages = new Set(tables.outbox.filter(({ at }) => at < before.outbox).slice(0, limit));
  tables.outbox = tables.outbox.filter((message) => !messages.has(message));
  return answers.length + messages.size;
}
