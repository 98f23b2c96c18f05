import type { Db, IndexDescription } from "mongodb";

/** Of every number that is a time of ours; `null` is none. */
const anyTime = { $gte: Number.MIN_SAFE_INTEGER };
/** Of every text but the empty one; `null` is none. */
const anyText = { $gt: "" };

/**
 * The indexes of each collection, beside the `_id`s. A partial one serves only queries that say its condition, or a narrower one, in so many
 * words: a time needs a lower bound.
 */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  contacts: [
    { key: { organization: 1, email: 1 }, unique: true },
    { key: { organization: 1, createdAt: 1, _id: 1 } },
    { key: { organization: 1, phone: 1, createdAt: 1, _id: 1 }, partialFilterExpression: { phone: anyText } },
    { key: { organization: 1, locationId: 1, createdAt: 1, _id: 1 }, partialFilterExpression: { locationId: anyText } },
  ],
  sequences: [{ key: { organization: 1, key: 1, _id: 1 } }],
  executions: [
    { key: { dueAt: 1, _id: 1 }, partialFilterExpression: { dueAt: anyTime } },
    { key: { organization: 1, source: 1, entity: 1 }, partialFilterExpression: { entity: anyText } },
  ],
  sendings: [
    { key: { organization: 1, createdAt: 1, _id: 1 } },
    {
      key: { organization: 1, state: 1, createdAt: 1, _id: 1 },
      partialFilterExpression: { state: { $in: ["held", "failed"] } },
    },
    // At most a hundred of each.
    { key: { executionId: 1 } },
    { key: { contactId: 1, sequenceId: 1, createdAt: 1 } },
    { key: { parkedOn: 1, dueAt: 1, _id: 1 }, partialFilterExpression: { parkedOn: anyText } },
    { key: { callingAt: 1, _id: 1 }, partialFilterExpression: { callingAt: anyTime } },
    { key: { "calls.at": 1 }, partialFilterExpression: { "calls.at": { $exists: true } } },
  ],
  answers: [{ key: { executionId: 1 } }, { key: { contactIds: 1 }, sparse: true }, { key: { createdAt: 1, _id: 1 } }],
  outbox: [
    { key: { sendingId: 1, at: 1, _id: 1 } },
    { key: { organization: 1, at: 1, _id: 1 } },
    { key: { organization: 1, to: 1, at: 1, _id: 1 } },
    { key: { at: 1, _id: 1 } },
  ],
  apiKeys: [{ key: { hash: 1 }, unique: true }, { key: { organization: 1, createdAt: 1, _id: 1 } }],
  inbox: [
    { key: { organization: 1, source: 1, deliveryId: 1 }, unique: true },
    // A list of one type or status goes past the others without looking at their documents, which have bodies.
    { key: { organization: 1, receivedAt: 1, _id: 1, status: 1, type: 1 } },
    { key: { organization: 1, source: 1, receivedAt: 1, _id: 1, type: 1 } },
    { key: { organization: 1, source: 1, status: 1, receivedAt: 1, _id: 1 } },
    { key: { organization: 1, receivedAt: 1, _id: 1 }, partialFilterExpression: { status: "dead" } },
    { key: { source: 1, dueAt: 1, _id: 1, leaseUntil: 1 }, partialFilterExpression: { dueAt: anyTime } },
    { key: { leaseUntil: 1, source: 1 }, partialFilterExpression: { leaseUntil: anyTime } },
    { key: { receivedAt: 1, _id: 1 } },
    { key: { organization: 1, mentions: 1 }, partialFilterExpression: { mentions: { $exists: true } } },
  ],
  jobs: [
    { key: { name: 1, lockedAt: 1, nextRunAt: 1, priority: -1 } },
    { key: { name: 1, key: 1 }, unique: true, partialFilterExpression: { key: { $exists: true } } },
  ],
  rateLimits: [{ key: { expires: 1 }, expireAfterSeconds: 0 }],
  refused: [{ key: { organization: 1, source: 1, at: 1, _id: 1 } }, { key: { at: 1, _id: 1 } }],
  entities: [
    { key: { organization: 1, source: 1, names: 1 }, unique: true },
    { key: { endedDueAt: 1, _id: 1 }, partialFilterExpression: { endedDueAt: anyTime } },
    { key: { organization: 1, mentions: 1 }, partialFilterExpression: { mentions: { $exists: true } } },
  ],
};

/** Makes those that are missing, with their collections. May be done by several at once. */
export async function makeIndexes(db: Db): Promise<void> {
  for (const [collection, wanted] of Object.entries(indexes))
    await db.collection(collection).createIndexes([...wanted]);
}
