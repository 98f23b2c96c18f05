import type { Filter } from "mongodb";
import type { OutboxMessage } from "../../contracts/model.js";
import type { Outbox, OutboxFilter } from "../../contracts/store.js";
import type { Database } from "./database.js";
import { idOf, type OutboxDocument } from "./documents.js";
import { isDuplicate } from "./errors.js";
import { pageOf } from "./paging.js";

export function mongodbOutbox(database: Database): Outbox {
  return {
    capture: (message) => capture(database, message),

    list: (organization, filter, page) => {
      const selection = { where: conditions(organization, filter), order: { at: -1, _id: -1 } } as const;
      return pageOf(database.outbox, selection, page, messageOf);
    },
  };
}

/**
 * Of a person who is gone nothing new is kept. Who is removed in the meantime is seen after the write; what the write brings before that,
 * an erasure looks for once more when it is done.
 */
async function capture({ outbox, sendings }: Database, message: OutboxMessage): Promise<void> {
  const { sendingId, attemptId, headers } = message;
  const _id = idOf(sendingId, attemptId);
  try {
    await outbox.insertOne({ _id, ...message, headers: JSON.stringify(headers) });
  } catch (cause) {
    if (!isDuplicate(cause)) throw cause;
  }
  const gone = await sendings.findOne({ _id: { $eq: sendingId }, gone: true }, { projection: { _id: 1 } });
  if (gone) await outbox.deleteOne({ _id });
}

function conditions(organization: string, { to, sendingId }: OutboxFilter): Filter<OutboxDocument> {
  return {
    organization: { $eq: organization },
    ...(to !== undefined && { to: { $eq: to } }),
    ...(sendingId !== undefined && { sendingId: { $eq: sendingId } }),
  };
}

function messageOf({ _id, headers, ...message }: OutboxDocument): OutboxMessage {
  return { ...message, headers: JSON.parse(headers) as Record<string, string> };
}
