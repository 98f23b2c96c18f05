import type { Collection, Document, Filter, Sort } from "mongodb";
import type { Page, PageRequest } from "../../contracts/store.js";

/** Which documents, in which order, and which fields are not wanted of them. */
export interface Selection<D> {
  where: Filter<D>;
  order: Sort;
  without?: readonly (keyof D & string)[];
}

/** One page of the documents that are selected, each read by `itemOf`, and how many there are in all. */
export async function pageOf<D extends Document, Item>(
  collection: Collection<D>,
  { where, order, without = [] }: Selection<D>,
  { page, limit }: PageRequest,
  itemOf: (document: D) => Item,
): Promise<Page<Item>> {
  const projection = Object.fromEntries(without.map((field) => [field, 0]));
  const found = collection.find<D>(where, { projection, sort: order, skip: (page - 1) * limit, limit });
  const [total, documents] = await Promise.all([collection.countDocuments(where), found.toArray()]);
  return { items: documents.map(itemOf), total };
}
