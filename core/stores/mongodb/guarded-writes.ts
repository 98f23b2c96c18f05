import type { ClientSession, Collection, Document, Filter, UpdateFilter, WriteConcernSettings } from "mongodb";
import { StoreUnavailable } from "../../contracts/errors.js";
import { storeError } from "./errors.js";
import { byId } from "./hot.js";

/** An update of some documents, each of which is written to as long as it is as the filter says. */
export interface Guarded<D extends Document> {
  ids: readonly D["_id"][];
  filter?: Filter<D>;
  update: UpdateFilter<D> | Document[];
}

interface Options {
  session?: ClientSession;
  writeConcern?: WriteConcernSettings;
}

/**
 * Writes guarded updates, and answers how many documents were found as they are expected: no more than were written, if the answer to a
 * first try got lost. They are told as updates of several, also those of one, which the driver does not try again: what it may repeat the
 * server keeps book of, for a third of what the write costs. We do try again, since a guard does not let anything be written twice. What is
 * to be done to several documents alike is best one update: the server does it for a third of what as many updates cost.
 */
export async function writeGuarded<D extends Document>(
  collection: Collection<D>,
  updates: readonly Guarded<D>[],
  options: Options = {},
): Promise<number> {
  if (updates.length === 0) return 0;
  const operations = updates.map(({ ids, filter, update }) => ({
    updateMany: { filter: { ...filter, _id: { $in: ids } } as Filter<D>, update, hint: byId },
  }));
  const write = () => collection.bulkWrite(operations, { ordered: false, ...options });
  const { matchedCount } = await (options.session ? write() : twice(write));
  return matchedCount;
}

/** Groups `items` that are alike in what `likeness` tells of them. */
export function alike<T>(items: readonly T[], likeness: (item: T) => unknown): [T, ...T[]][] {
  return [...Map.groupBy(items, (item) => JSON.stringify(likeness(item))).values()] as [T, ...T[]][];
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
