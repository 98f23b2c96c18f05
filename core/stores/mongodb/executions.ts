import type { Execution, Instant } from "../../contracts/model.js";
import type { DueExecution, Executions } from "../../contracts/store.js";
import { accept } from "./accept.js";
import { acceptQueue } from "./accept-queue.js";
import type { Addresses } from "./addresses.js";
import { cancelSendings, theSendings } from "./cancelling.js";
import type { Database } from "./database.js";
import { idOf } from "./documents.js";
import { fresh } from "./hot.js";
import { rests } from "./rest.js";
import { executionOf } from "./sending-documents.js";

export function mongodbExecutions(database: Database, addresses: Addresses): Executions {
  const { answers, executions, sequences } = database;
  const acceptSoon = acceptQueue(database, addresses);

  async function find(organization: string, id: string): Promise<Execution | undefined> {
    const found = await executions.findOne({ _id: { $eq: id }, organization: { $eq: organization } }, fresh);
    return found ? executionOf(found) : undefined;
  }

  return {
    accept: (plan) => (plan.dryRun ? accept(database, addresses, plan) : acceptSoon(plan)),

    async answered(organization, key) {
      const found = await answers.findOne({ _id: { $eq: idOf(organization, key) } });
      return found ? { fingerprint: found.fingerprint, body: found.body } : undefined;
    },

    get: find,

    async dueBy(by, limit, after = { dueAt: Number.MIN_SAFE_INTEGER, id: "" }): Promise<DueExecution[]> {
      const paused = await sequences.find({ status: "paused" }, { projection: { _id: 1 } }).toArray();
      const due = executions.find(
        {
          dueAt: { $gte: after.dueAt, $lte: by },
          $or: [{ dueAt: { $gt: after.dueAt } }, { _id: { $gt: after.id } }],
          sequenceId: { $nin: paused.map(({ _id }) => _id) },
        },
        { projection: { dueAt: 1 }, sort: { dueAt: 1, _id: 1 }, limit, ...fresh },
      );
      return (await due.toArray()).map(({ _id, dueAt }) => ({ id: _id, dueAt: dueAt as Instant }));
    },

    rest: rests(database),

    async cancel(organization, id, now) {
      if (!(await find(organization, id))) return undefined;
      await database.transaction(async (session) => {
        await cancelSendings(database, session, theSendings.ofExecution(id), "by_call", now);
        const ended = { $set: { status: "cancelled" as const, dueAt: null }, $inc: { revision: 1 } };
        await executions.updateOne({ _id: { $eq: id }, status: "running" }, ended, { session });
      });
      return find(organization, id);
    },
  };
}
