import type { ClientSession } from "mongodb";
import type { Entity } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Database } from "./database.js";
import type { NoteEntry } from "./documents.js";
import { makeDue } from "./due.js";
import { unclaimed } from "./sending-documents.js";

/** The executions that are about the entity of these names; `sequenceIds` narrows it to those sequences. */
export async function executionsAbout(
  { executions }: Database,
  session: ClientSession,
  { organization, source }: Pick<Entity, "organization" | "source">,
  names: readonly string[],
  sequenceIds: readonly string[] | null = null,
): Promise<string[]> {
  const about = { organization: { $eq: organization }, source: { $eq: source }, entity: { $in: [...names] } };
  const which = sequenceIds === null ? about : { ...about, sequenceId: { $in: [...sequenceIds] } };
  const found = await executions.find(which, { projection: { _id: 1 }, session }).toArray();
  return found.map(({ _id }) => _id);
}

/**
 * Inside a transaction: begins anew the waits that follow the times of an entity; answers the executions they are in. A wait that is over may
 * be followed by a call: that sending has gone on, and would be sent the same again.
 */
export async function reanchor(
  database: Database,
  session: ClientSession,
  executionIds: readonly string[],
  now: Instant,
): Promise<string[]> {
  if (executionIds.length === 0) return [];
  const { executions, sendings } = database;
  // Whoever begins such a wait just now does the same to its execution: one of both sees what the other has done.
  const met = { $inc: { revision: 1 } };
  await executions.updateMany({ _id: { $in: [...executionIds] } }, met, { session });
  const going = { executionId: { $in: [...executionIds] }, state: { $in: ["open" as const, "held" as const] } };
  const anchored = { ...going, stage: "anchored" as const, calledBy: null };
  const found = await sendings.find(anchored, { projection: { executionId: 1 }, session }).toArray();
  if (found.length === 0) return [];
  const said = "the times of its entity changed";
  const note: Record<keyof NoteEntry, unknown> = {
    at: now,
    kind: "moved",
    stepId: "$stepId",
    reason: "by_entity",
    said,
  };
  const again = { state: "open", reason: null, stage: "before", dueAt: now, ...unclaimed, updatedAt: now };
  const counted = { revision: { $add: ["$revision", 1] }, history: { $concatArrays: ["$history", [note]] } };
  const ids = found.map(({ _id }) => _id);
  await sendings.updateMany({ _id: { $in: ids } }, [{ $set: { ...again, ...counted } }], { session });
  const moved = [...new Set(found.map(({ executionId }) => executionId))];
  await makeDue(database, moved, now, { session });
  return moved;
}
