import type { Filter } from "mongodb";
import { grouped } from "./grouped.js";
import { alike } from "./guarded-writes.js";
import { gather } from "./hot.js";
import type { JobDocument, Jobs } from "./jobs-documents.js";

/** Jobs that are removed at once. */
const most = 100;

/**
 * Removes jobs that are over, each while it is as its holder says and no other time was set meanwhile; `false` when it is not. Ends that
 * come while a write is under way are written together by the next one.
 */
export function forgetting(jobs: Jobs): (who: Filter<JobDocument>) => Promise<boolean> {
  return grouped({ most, together: true, gather }, (ended) => remove(jobs, ended));
}

/**
 * Those of equal claims by one deletion of several, see `writeGuarded`. When not all were there to be removed, what is not there any more
 * counts as removed.
 */
async function remove(jobs: Jobs, ended: readonly Filter<JobDocument>[]): Promise<boolean[]> {
  const deletions = alike(ended, ({ _id, ...claim }) => claim).map((group) => {
    const [{ _id: _first, ...claim }] = group;
    const filter = { ...claim, _id: { $in: group.map(({ _id }) => _id) }, againAt: null } as Filter<JobDocument>;
    return { deleteMany: { filter } };
  });
  const { deletedCount } = await jobs.bulkWrite(deletions, { ordered: false });
  if (deletedCount === ended.length || deletedCount === 0) return ended.map(() => deletedCount > 0);
  const ids = ended.map(({ _id }) => _id as JobDocument["_id"]);
  const left = await jobs.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
  const kept = new Set(left.map(({ _id }) => _id.toHexString()));
  return ids.map((id) => !kept.has(id.toHexString()));
}
