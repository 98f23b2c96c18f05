import type { Collection, Document, Filter, Sort } from "mongodb";
import type { Page, PageRequest } from "../../contracts/store.js";

/** Which documents, in which order. */
export interface Selection<D> {
  where: Filter<D>;
  order: Sort;
  /** The key of the index to look by, where the planner could choose a far longer one. */
  by?: Record<string, 1>;
  /** Fields that are not wanted. */
  without?: readonly (keyof D & string)[];
}

/** One page of the documents that are selected, each read by `itemOf`, and how many there are in all. */
export async function pageOf<D extends Document, Item>(
  collection: Collection<D>,
  { where, order, by, without = [] }: Selection<D>,
  { page, limit }: PageRequest,
  itemOf: (document: D) => Item,
): Promise<Page<Item>> {
  const projection = Object.fromEntries(without.map((field) => [field, 0]));
  const hint = by ? { hint: by } : {};
  const found = collection.find<D>(where, { projection, sort: order, skip: (page - 1) * limit, limit, ...hint });
  const [total, documents] = await Promise.all([collection.countDocuments(where, hint), found.toArray()]);
  return { items: documents.map(itemOf), total };
}
