import type { OutboxMessage } from "../../contracts/model.js";
import type { Outbox, OutboxFilter } from "../../contracts/store.js";
import type { Database } from "./database.js";
import { pageOf, type Condition } from "./paging.js";

interface OutboxRow {
  id: string;
  organization: string;
  at: number;
  sending_id: string;
  step_id: string;
  attempt_id: string;
  channel: string;
  recipient: string;
  sender: string | null;
  reply_to: string | null;
  subject: string;
  text: string;
  html: string | null;
  headers: string;
}

export function sqliteOutbox(database: Database): Outbox {
  return {
    capture: (message) => database.write(() => capture(database, message)),

    list: (organization, filter, page) =>
      database.read(() => {
        const where = conditions(organization, filter);
        return pageOf(database, { from: "outbox", where, order: "at DESC, number DESC" }, page, messageOf);
      }),
  };
}

/** Of a person who is gone nothing new is kept. */
function capture(database: Database, message: OutboxMessage): void {
  database
    .statement(
      `INSERT INTO outbox (id, organization, at, sending_id, step_id, attempt_id, channel, recipient, sender, reply_to, subject, text,
         html, headers)
       SELECT @id, @organization, @at, @sendingId, @stepId, @attemptId, @channel, @to, @from, @replyTo, @subject, @text,
         @html, @headers
       WHERE NOT EXISTS (
         SELECT 1 FROM sendings WHERE id = @sendingId AND contact_id NOT IN (SELECT id FROM contacts WHERE id = contact_id))
       ON CONFLICT DO NOTHING`,
    )
    .run({ ...message, headers: JSON.stringify(message.headers) });
}

function conditions(organization: string, { to, sendingId }: OutboxFilter): Condition[] {
  const where: Condition[] = [[sendingId === undefined ? "organization = ?" : "+organization = ?", organization]];
  if (to !== undefined) where.push(["recipient = ?", to]);
  if (sendingId !== undefined) where.push(["sending_id = ?", sendingId]);
  return where;
}

function messageOf(row: OutboxRow): OutboxMessage {
  return {
    id: row.id,
    organization: row.organization,
    at: row.at,
    sendingId: row.sending_id,
    stepId: row.step_id,
    attemptId: row.attempt_id,
    channel: row.channel,
    to: row.recipient,
    from: row.sender,
    replyTo: row.reply_to,
    subject: row.subject,
    text: row.text,
    html: row.html,
    headers: JSON.parse(row.headers) as Record<string, string>,
  };
}
