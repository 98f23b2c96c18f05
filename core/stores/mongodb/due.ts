import type { ClientSession, Filter } from "mongodb";
import type { Instant } from "../../contracts/model.js";
import { within } from "./addresses.js";
import type { Database } from "./database.js";
import type { ExecutionDocument } from "./documents.js";

/**
 * Makes executions due by `at`, and lets a `rest` that has looked at their sendings before look again. For every write that makes a sending
 * due earlier, or ends one: in the transaction of that write, or before it and after it. `status` narrows it to executions of that one.
 */
export async function makeDue(
  { executions }: Database,
  ids: readonly string[],
  at: Instant,
  { session, status }: { session?: ClientSession; status?: ExecutionDocument["status"] } = {},
): Promise<void> {
  const which: Filter<ExecutionDocument> = { _id: { $in: [...ids] }, ...(status ? { status } : {}) };
  // Without a value `$min` of a pipeline takes the other one; the operator of an update would keep `null`.
  const earlier = { $set: { dueAt: { $min: ["$dueAt", at] }, revision: { $add: ["$revision", 1] } } };
  if (ids.length > 0) await executions.updateMany(which, [earlier], within(session));
}
