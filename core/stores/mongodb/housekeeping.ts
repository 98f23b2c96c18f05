import type { Collection, Document, Filter, Sort } from "mongodb";
import type { Store } from "../../contracts/store.js";
import type { Database } from "./database.js";
import type { SchemaDocument } from "./documents.js";

/** What no group of collections has to itself. */
export function mongodbHousekeeping(database: Database): Pick<Store, "takeOver" | "expire" | "check"> {
  const { sendings, inbox, refused, answers, outbox } = database;
  const schema = database.db.collection<SchemaDocument>("schema");

  return {
    async takeOver(held) {
      const leased = { leaseUntil: { $gt: 0 } };
      const ofExecutions = held && { executionId: { $in: [...held.executions] } };
      const ofSources = held && { source: { $in: [...held.sources] } };
      await sendings.updateMany({ ...leased, ...ofExecutions }, { $set: { leaseUntil: 0 }, $inc: { revision: 1 } });
      await inbox.updateMany({ ...leased, ...ofSources }, { $set: { leaseUntil: null } });
    },

    async expire(before, limit) {
      const removed = await Promise.all([
        removeOldest(inbox, { receivedAt: { $lt: before.events }, dueAt: null }, { receivedAt: 1, _id: 1 }, limit),
        removeOldest(refused, { at: { $lt: before.refused } }, { at: 1, _id: 1 }, limit),
        removeOldest(answers, { createdAt: { $lt: before.idempotency } }, { createdAt: 1, _id: 1 }, limit),
        removeOldest(outbox, { at: { $lt: before.outbox } }, { at: 1, _id: 1 }, limit),
      ]);
      return removed.reduce((sum, count) => sum + count, 0);
    },

    async check() {
      await database.secrets.findOne({}, { projection: { _id: 1 } });
      await schema.updateOne({ _id: "check" }, { $inc: { times: 1 } }, { upsert: true });
    },
  };
}

async function removeOldest<D extends Document & { _id: string }>(
  collection: Collection<D>,
  where: Filter<D>,
  order: Sort,
  limit: number,
): Promise<number> {
  const found = await collection.find(where, { projection: { _id: 1 }, sort: order, limit }).toArray();
  if (found.length === 0) return 0;
  const ids = found.map(({ _id }) => _id) as D["_id"][];
  return (await collection.deleteMany({ ...where, _id: { $in: ids } })).deletedCount;
}
