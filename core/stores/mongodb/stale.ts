import type { Instant } from "../../contracts/model.js";
import type { StaleAttempt } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import { told } from "./claims.js";
import type { Database } from "./database.js";
import type { CallEntry, SendingDocument } from "./documents.js";

/** A call that nobody has settled. */
interface OpenCall {
  sending: SendingDocument;
  attemptId: string;
  at: Instant;
}

/** Which calls are meant: those that began before a time, or those of some executions. */
interface Meant {
  before?: Instant;
  executionIds?: readonly string[];
}

/** Attempts that are calling, oldest first. */
export async function callsUnderWay(
  database: Database,
  addresses: Addresses,
  meant: Meant,
  limit: number,
): Promise<StaleAttempt[]> {
  const open = (await Promise.all([ofClaims(database, meant, limit), ofLostClaims(database, meant, limit)])).flat();
  open.sort((one, other) => one.at - other.at || (one.attemptId < other.attemptId ? -1 : 1));
  const stale = open.slice(0, limit).map(({ sending, attemptId }) => {
    const entry = sending.history.find((one) => one.kind === "call" && one.attemptId === attemptId) as CallEntry;
    return { ...entry, sending };
  });
  const claims = await told(database, addresses, stale);
  return claims.map((claim, index) => {
    const { stepId, channel } = stale[index] as CallEntry;
    return { ...claim, stepId, channel };
  });
}

/** Of claims that hold, or have lapsed. */
async function ofClaims({ sendings }: Database, meant: Meant, limit: number): Promise<OpenCall[]> {
  const since = { callingAt: { $gte: Number.MIN_SAFE_INTEGER, $lt: end(meant) } };
  const found = await sendings
    .find({ ...since, ...executionsOf(meant) }, { sort: { callingAt: 1, _id: 1 }, limit })
    .toArray();
  return found.flatMap((sending) => {
    const { attemptId, callingAt: at } = sending;
    return attemptId !== null && typeof at === "number" ? [{ sending, attemptId, at }] : [];
  });
}

/** Of sendings that were cancelled or moved during the call. They are few, and sorted when they are found. */
async function ofLostClaims({ sendings }: Database, meant: Meant, limit: number): Promise<OpenCall[]> {
  const since = { "calls.at": { $lt: end(meant) } };
  const found = await sendings
    .find({ ...since, ...executionsOf(meant) }, { sort: { "calls.at": 1, _id: 1 }, limit })
    .toArray();
  return found
    .flatMap((sending) => sending.calls.map(({ attemptId, at }) => ({ sending, attemptId, at })))
    .filter(({ at }) => at < end(meant));
}

function end({ before = Number.MAX_SAFE_INTEGER }: Meant): Instant {
  return before;
}

function executionsOf({ executionIds }: Meant): { executionId?: { $in: string[] } } {
  return executionIds ? { executionId: { $in: [...executionIds] } } : {};
}
