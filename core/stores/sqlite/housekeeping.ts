import { StoreUnavailable } from "../../contracts/errors.js";
import type { Store } from "../../contracts/store.js";
import type { Database } from "./database.js";

/** What no table group has to itself. */
export function sqliteHousekeeping(database: Database): Pick<Store, "takeOver" | "expire" | "check"> {
  return {
    takeOver: (held) =>
      database.write(() => {
        const lapse = (table: string, until: string, column: string, ids: readonly string[] | undefined) => {
          const all = `UPDATE ${table} SET lease_until = ${until} WHERE lease_until > 0`;
          if (!ids) database.statement(all).run();
          else database.statement(`${all} AND ${column} IN (SELECT value FROM json_each(?))`).run(JSON.stringify(ids));
        };
        lapse("sendings", "0", "execution_id", held?.executions);
        lapse("inbox", "NULL", "source", held?.sources);
      }),

    expire: (before, limit) =>
      database.write(() => {
        const old = "(SELECT id FROM answers WHERE created_at < ? ORDER BY created_at, id LIMIT ?)";
        const change = (sql: string, age: number) => database.statement(sql).run(age, limit).changes;
        change(`DELETE FROM answer_contacts WHERE answer_id IN ${old}`, before.idempotency);
        const settled =
          "SELECT id FROM inbox WHERE due_at IS NULL AND received_at < ? ORDER BY received_at, id LIMIT ?";
        change(`DELETE FROM mentions WHERE kind = 'event' AND subject IN (${settled})`, before.events);
        return (
          change(`DELETE FROM inbox WHERE id IN (${settled})`, before.events) +
          change(
            "DELETE FROM refused WHERE id IN (SELECT id FROM refused WHERE at < ? ORDER BY at, id LIMIT ?)",
            before.refused,
          ) +
          change(`DELETE FROM answers WHERE id IN ${old}`, before.idempotency) +
          change(
            "DELETE FROM outbox WHERE number IN (SELECT number FROM outbox WHERE at < ? ORDER BY at, number LIMIT ?)",
            before.outbox,
          )
        );
      }),

    async check() {
      if (database.isAiling) throw new StoreUnavailable("The disk has just refused a write");
      await database.read(() => database.statement("SELECT 1 FROM secrets LIMIT 1").get());
      // Writes the version that is there already: the smallest write that reaches the disk.
      await database.write(() => {
        const [{ user_version: version }] = database.pragma("user_version") as [{ user_version: number }];
        database.pragma(`user_version = ${version}`);
      });
    },
  };
}
