import type { Page, PageRequest } from "../../contracts/store.js";
import type { Database } from "./database.js";

/** One condition of a WHERE clause, with the values of its placeholders. */
export type Condition = readonly [sql: string, ...values: (string | number)[]];

/** A table or a subquery, and in which order. */
export interface Selection {
  from: string;
  where: readonly Condition[];
  order: string;
}

/** One page of the rows that are selected, each read by `itemOf`, which alone knows their shape, and how many there are in all. */
export function pageOf<Item>(
  database: Database,
  { from, where, order }: Selection,
  { page, limit }: PageRequest,
  itemOf: (row: never) => Item,
): Page<Item> {
  const selected = `FROM ${from} WHERE ${where.map(([sql]) => sql).join(" AND ")}`;
  const values = where.flatMap(([, ...bound]) => bound);
  const counted = database.statement<{ total: number }>(`SELECT count(*) AS total ${selected}`).get(...values);
  const items = database
    .statement<never>(`SELECT * ${selected} ORDER BY ${order} LIMIT ? OFFSET ?`)
    .all(...values, limit, (page - 1) * limit)
    .map((row) => itemOf(row));
  return { items, total: (counted as { total: number }).total };
}
