import type { Instant } from "../../contracts/model.js";
import type { Executions } from "../../contracts/store.js";
import type { Database } from "./database.js";
import type { ExecutionDocument, SendingDocument } from "./documents.js";
import { grouped } from "./grouped.js";
import { alike, writeGuarded } from "./guarded-writes.js";
import { fresh, gather, soon } from "./hot.js";

type Going = Pick<SendingDocument, "executionId" | "state" | "dueAt" | "parkedOn" | "leaseUntil" | "calledBy">;

const wanted = { _id: 0, executionId: 1, state: 1, dueAt: 1, parkedOn: 1, leaseUntil: 1, calledBy: 1 } as const;

/** Executions that are looked at together. */
const most = 64;

/**
 * Brings an execution up to date with its sendings, unless a sending was made due or ended after it was looked at: then it looks again.
 * Answers when the clock moves the next sending.
 */
export function rests(database: Database): Executions["rest"] {
  return grouped({ most, together: true, gather, namesOf: (id: string) => [id] }, (ids) => rest(database, ids));
}

async function rest({ executions, sendings }: Database, ids: readonly string[]): Promise<(Instant | null)[]> {
  for (;;) {
    const found = await executions.find({ _id: { $in: [...ids] } }, fresh).toArray();
    const going = Map.groupBy(
      await sendings
        .find<Going>(
          { executionId: { $in: [...ids] }, state: { $in: ["open", "held"] } },
          { projection: wanted, ...fresh },
        )
        .toArray(),
      ({ executionId }) => executionId,
    );
    const news = found.flatMap((execution) => bring(execution, going.get(execution._id) ?? []));
    const writes = alike(news, ({ _id, ...rest }) => rest).map((group) => {
      const [{ revision, dueAt, status }] = group;
      return { ids: group.map(({ _id }) => _id), filter: { revision }, update: { $set: { dueAt, status } } };
    });
    const matched = await writeGuarded(executions, writes, soon);
    const known = new Set(found.map(({ _id }) => _id));
    if (matched === news.length)
      return ids.map((id) => (known.has(id) ? earliest(moving(going.get(id) ?? []).map(wakeAt)) : null));
  }
}

/** What is to be written of the execution, if anything. It gets the time without the claims: what they hold may be due again at any moment. */
function bring({ _id, revision, ...before }: ExecutionDocument, going: readonly Going[]) {
  const dueAt = earliest(moving(going).map((sending) => sending.dueAt));
  const status = going.length === 0 && before.status === "running" ? ("completed" as const) : before.status;
  if (before.dueAt === dueAt && before.status === status) return [];
  return [{ _id, revision, dueAt, status }];
}

function moving(going: readonly Going[]): Going[] {
  return going.filter(({ state, parkedOn }) => state === "open" && parkedOn === null);
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
