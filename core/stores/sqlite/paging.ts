import type { PageRequest } from "../../contracts/store.js";
import type { Database } from "./database.js";

/** One condition of a WHERE clause, with the values of its placeholders. */
export type Condition = readonly [sql: string, ...values: (string | number)[]];

/** The rows of one page of a table or subquery, and how many there are in all. */
export function pageOf<Row>(
  database: Database,
  { from, where, order }: { from: string; where: readonly Condition[]; order: string },
  { page, limit }: PageRequest,
): { rows: Row[]; total: number } {
  const selected = `FROM ${from} WHERE ${where.map(([sql]) => sql).join(" AND ")}`;
  const values = where.flatMap(([, ...bound]) => bound);
  const counted = database.statement<{ total: number }>(`SELECT count(*) AS total ${selected}`).get(...values);
  const rows = database
    .statement<Row>(`SELECT * ${selected} ORDER BY ${order} LIMIT ? OFFSET ?`)
    .all(...values, limit, (page - 1) * limit);
  return { rows, total: (counted as { total: number }).total };
}
