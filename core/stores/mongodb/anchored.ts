import type { ClientSession } from "mongodb";
import { anchoredNow } from "../../contracts/entities.js";
import type { Entity } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Settlement } from "../../contracts/store.js";
import type { Database } from "./database.js";
import { entityOf } from "./entity-documents.js";
import { settle } from "./settle.js";

/**
 * Settles sendings that begin to wait for the times of their entity. These may have changed while the step was worked on, or may just be
 * changed: whoever changes them writes to the same execution, so that one of both sees what the other has done.
 */
export async function settleAnchored(
  database: Database,
  settlements: readonly Settlement[],
  now: Instant,
): Promise<void> {
  await database.transaction(async (session) => {
    const settled: Settlement[] = [];
    for (const settlement of settlements) {
      const { sendingId, position, anchor } = settlement;
      const entity = await entityNow(database, sendingId, session);
      settled.push({ ...settlement, position: anchoredNow(position, anchor, entity, now) });
    }
    await settle(database, settled, now, session);
  });
}

async function entityNow(
  { sendings, executions, entities }: Database,
  sendingId: string,
  session: ClientSession,
): Promise<Entity | null> {
  const met = { $inc: { revision: 1 } };
  // A transaction may look at what was before the claim, which was written a moment ago: then it meets it here, and begins again.
  const sending = await sendings.findOneAndUpdate({ _id: { $eq: sendingId } }, met, {
    projection: { executionId: 1 },
    session,
  });
  if (!sending) return null;
  const execution = await executions.findOneAndUpdate({ _id: { $eq: sending.executionId } }, met, { session });
  if (!execution || execution.entity === null) return null;
  const { organization, source, entity } = execution;
  const named = { organization: { $eq: organization }, source: { $eq: source }, names: { $eq: entity } };
  const found = await entities.findOneAndUpdate(named, { $inc: { revision: 1 } }, { session });
  return found && entityOf(found);
}
