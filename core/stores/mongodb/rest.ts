import type { Instant } from "../../contracts/model.js";
import type { Database } from "./database.js";
import type { ExecutionDocument, SendingDocument } from "./documents.js";
import { fresh, soon } from "./hot.js";

type Going = Pick<SendingDocument, "state" | "dueAt" | "parkedOn" | "leaseUntil" | "calledBy">;

const wanted = { _id: 0, state: 1, dueAt: 1, parkedOn: 1, leaseUntil: 1, calledBy: 1 } as const;

/**
 * Brings the execution up to date with its sendings, unless a sending was made due or ended after it was looked at: then it looks again.
 * Answers when the clock moves the next sending.
 */
export async function rest({ executions, sendings }: Database, id: string): Promise<Instant | null> {
  for (;;) {
    const execution = await executions.findOne({ _id: { $eq: id } }, fresh);
    if (!execution) return null;
    const going = await sendings
      .find<Going>({ executionId: { $eq: id }, state: { $in: ["open", "held"] } }, { projection: wanted, ...fresh })
      .toArray();
    const moving = going.filter(({ state, parkedOn }) => state === "open" && parkedOn === null);
    // The execution gets the time without the claims: what they hold may be due again at any moment.
    const dueAt = earliest(moving.map((sending) => sending.dueAt));
    const status = going.length === 0 && execution.status === "running" ? "completed" : execution.status;
    if (await bring(execution, { dueAt, status })) return earliest(moving.map(wakeAt));
  }

  async function bring(
    { _id, revision, ...before }: ExecutionDocument,
    now: Pick<ExecutionDocument, "dueAt" | "status">,
  ): Promise<boolean> {
    if (before.dueAt === now.dueAt && before.status === now.status) return true;
    const { matchedCount } = await executions.updateOne({ _id: { $eq: _id }, revision }, { $set: now }, soon);
    return matchedCount === 1;
  }
}

/** A claimed sending counts from the end of its lease, and not at all while its call is under way. */
function wakeAt({ dueAt, leaseUntil, calledBy }: Going): Instant | null {
  if (dueAt === null || calledBy !== null) return null;
  return Math.max(dueAt, leaseUntil ?? dueAt);
}

function earliest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
