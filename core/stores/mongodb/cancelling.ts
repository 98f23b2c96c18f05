import type { ClientSession, Filter } from "mongodb";
import type { Instant } from "../../contracts/model.js";
import type { CancelReason } from "../../contracts/rules.js";
import type { Database } from "./database.js";
import type { NoteEntry, SendingDocument } from "./documents.js";
import { makeDue } from "./due.js";
import { unclaimedAnyway } from "./sending-documents.js";

const going = { state: { $in: ["open", "held"] } } as const;
// A failed one could be taken up again by a person: not when its messages are not wanted, or there is nobody to write to any more.
const orFailed = { state: { $in: ["open", "held", "failed"] } } as const;

/** Which sendings a cancel may be about, by the id of what is named. */
export const theSendings = {
  itself: (id: string) => ({ _id: { $eq: id }, ...going }),
  ofExecution: (id: string) => ({ executionId: { $eq: id }, ...going }),
  marketing: (contactId: string) => ({ contactId: { $eq: contactId }, purpose: "marketing" as const, ...orFailed }),
  ofPerson: (ids: readonly string[]) => ({ _id: { $in: [...ids] }, ...orFailed }),
  ofExecutions: (ids: readonly string[]) => ({ executionId: { $in: [...ids] }, ...orFailed }),
};

/**
 * Inside a transaction: ends sendings, with a note each, and fences off their claims. Their running executions become due, so that the
 * next rest finds out whether anything is left of them. Answers how many sendings were ended.
 */
export async function cancelSendings(
  database: Database,
  session: ClientSession,
  which: Filter<SendingDocument>,
  reason: CancelReason,
  now: Instant,
): Promise<number> {
  const found = await database.sendings.find(which, { projection: { executionId: 1 }, session }).toArray();
  if (found.length === 0) return 0;
  const note: Record<keyof NoteEntry, unknown> = { at: now, kind: "cancelled", stepId: "$stepId", reason, said: null };
  const ended = { state: "cancelled", reason, dueAt: null, parkedOn: null, ...unclaimedAnyway, updatedAt: now };
  const counted = { revision: { $add: ["$revision", 1] }, history: { $concatArrays: ["$history", [note]] } };
  const ids = found.map(({ _id }) => _id);
  const { modifiedCount } = await database.sendings.updateMany(
    { _id: { $in: ids } },
    [{ $set: { ...ended, ...counted } }],
    { session },
  );
  await makeDue(database, [...new Set(found.map(({ executionId }) => executionId))], now, {
    session,
    status: "running",
  });
  return modifiedCount;
}

/**
 * First of all in a transaction that is tried again: holds the sendings of these executions, which other processes claim, call and settle
 * all the while. What is written to them between the first look of a transaction and its own write makes it fail.
 */
export async function holdSendings(
  { sendings, executions }: Database,
  session: ClientSession,
  executionIds: readonly string[],
): Promise<void> {
  if (executionIds.length === 0) return;
  const touched = { $inc: { revision: 1 } };
  await sendings.updateMany(theSendings.ofExecutions(executionIds), touched, { session });
  await executions.updateMany({ _id: { $in: [...executionIds] } }, touched, { session });
}
