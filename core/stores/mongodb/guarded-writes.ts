import type { ClientSession, Collection, Document, Filter, UpdateFilter, WriteConcernSettings } from "mongodb";
import { StoreUnavailable } from "../../contracts/errors.js";
import { storeError } from "./errors.js";
import { byId } from "./hot.js";

/** An update of the one document whose `_id` the filter names, as long as it is as the filter says. */
export interface Guarded<D extends Document> {
  filter: Filter<D>;
  update: UpdateFilter<D>;
}

interface Options {
  session?: ClientSession;
  writeConcern?: WriteConcernSettings;
}

/**
 * Writes updates of one document each, and answers how many found it as they expect it: no more than were written, if the answer to a first
 * try got lost. They are told as updates of several, which the driver does not try again: what it may repeat the server keeps book of, for a
 * third of what the write costs. We do try again, since a guard does not let anything be written twice.
 */
export async function writeGuarded<D extends Document>(
  collection: Collection<D>,
  updates: readonly Guarded<D>[],
  options: Options = {},
): Promise<number> {
  if (updates.length === 0) return 0;
  const operations = updates.map((update) => ({ updateMany: { ...update, hint: byId } }));
  const write = () => collection.bulkWrite(operations, { ordered: false, ...options });
  const { matchedCount } = await (options.session ? write() : twice(write));
  return matchedCount;
}

/** Tries once more when the database was away: its connection was an old one, or it has another primary by now. */
export async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(storeError(cause) instanceof StoreUnavailable)) throw cause;
    return work();
  }
}
