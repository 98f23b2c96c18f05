import type { Document, Filter } from "mongodb";
import type { Alarms, Lock } from "../../jobs/backend.js";
import { earliest, objectId, type JobDocument, type Jobs } from "./jobs-documents.js";
import type { Bells } from "./jobs-bells.js";
import { alarmWrites } from "./jobs-lots.js";

const locked = { $gte: earliest };

/** The alarms in the collection of jobs: documents with a key. Locks are dated by the database, whatever time a caller names. */
export function jobAlarms(jobs: Jobs, bells: Bells): Alarms {
  const { set } = alarmWrites(jobs, bells);

  /** All locks, found by the index, which knows them by name. */
  async function locks(holder: string | undefined): Promise<Filter<JobDocument>> {
    const names = await jobs.distinct("name");
    return { name: { $in: names }, lockedAt: locked, ...(holder !== undefined && { lastModifiedBy: { $eq: holder } }) };
  }

  return {
    set,

    async list(name, ids) {
      const found = await jobs
        .find({ name: { $eq: name }, key: { $in: [...ids] } })
        .project<Pick<JobDocument, "key" | "lockedAt" | "nextRunAt">>({ key: 1, lockedAt: 1, nextRunAt: 1 })
        .toArray();
      const alarms = new Map<string, number>();
      for (const { key, lockedAt, nextRunAt } of found) {
        if (key !== undefined && (lockedAt || nextRunAt)) alarms.set(key, lockedAt ? 0 : Number(nextRunAt));
      }
      return alarms;
    },

    async next(name) {
      const free = { name: { $eq: name }, lockedAt: null, nextRunAt: { $gte: earliest }, disabled: { $ne: true } };
      const [first] = await jobs
        .find(free)
        .sort({ nextRunAt: 1, priority: -1 })
        .limit(1)
        .project<{ wait: number }>({ wait: { $toDouble: { $subtract: ["$nextRunAt", "$$NOW"] } } })
        .toArray();
      return first?.wait;
    },

    async renew(held) {
      await jobs.updateMany({ $or: held.map(own), lockedAt: locked }, [{ $set: { lockedAt: "$$NOW" } }]);
    },

    async giveUp(held) {
      const [first] = held;
      if (first) await jobs.updateMany({ $or: held.map(own) }, [{ $set: free(bells) }]);
    },

    async held(holder) {
      const found = jobs.find(await locks(holder)).project<Pick<JobDocument, "name" | "key">>({ name: 1, key: 1 });
      return (await found.toArray()).flatMap(({ name, key }) => (key === undefined ? [] : [{ name, id: key }]));
    },

    async freeLocks(_now, holder) {
      const due = { nextRunAt: { $ifNull: ["$nextRunAt", "$$NOW"] } };
      const { modifiedCount } = await jobs.updateMany(await locks(holder), [{ $set: { ...free(bells), ...due } }]);
      return modifiedCount;
    },
  };
}

/** Without its lock a job is anybody's, and the others are told. */
function free(bells: Bells): Document {
  return { lockedAt: null, bell: { $concat: [bells.next(""), "$name"] } };
}

function own({ id, claim }: Lock): Filter<JobDocument> {
  return { _id: objectId(id) as NonNullable<ReturnType<typeof objectId>>, claims: { $eq: claim } };
}
