import type { ApiKey } from "../../contracts/model.js";
import type { ApiKeys } from "../../contracts/store.js";
import type { Database } from "./database.js";
import type { ApiKeyDocument } from "./documents.js";

/** `lastUsedAt` is not written again within as many milliseconds. */
const coarse = 60_000;

export function mongodbKeys({ apiKeys }: Database): ApiKeys {
  return {
    async create({ id, ...key }) {
      await apiKeys.updateOne({ _id: { $eq: id } }, { $setOnInsert: key }, { upsert: true });
    },

    async find(hash) {
      const found = await apiKeys.findOne({ hash: { $eq: hash } });
      return found ? keyOf(found) : undefined;
    },

    async list(organization) {
      const found = apiKeys.find({ organization: { $eq: organization } }, { sort: { createdAt: 1, _id: 1 } });
      return (await found.toArray()).map(keyOf);
    },

    async revoke(organization, id) {
      const own = { _id: { $eq: id }, organization: { $eq: organization } };
      return (await apiKeys.updateOne(own, { $set: { active: false } })).matchedCount === 1;
    },

    async touch(id, now) {
      const stale = { _id: { $eq: id }, $or: [{ lastUsedAt: null }, { lastUsedAt: { $lte: now - coarse } }] };
      // Most calls find nothing to do, and a write that changes nothing waits for the majority all the same.
      if ((await apiKeys.findOne(stale, { projection: { _id: 1 } })) === null) return;
      await apiKeys.updateOne(stale, { $set: { lastUsedAt: now } });
    },
  };
}

function keyOf({
  _id: id,
  organization,
  name,
  hash,
  scopes,
  active,
  expiresAt,
  lastUsedAt,
  createdAt,
}: ApiKeyDocument): ApiKey {
  return { id, organization, name, hash, scopes, active, expiresAt, lastUsedAt, createdAt };
}
