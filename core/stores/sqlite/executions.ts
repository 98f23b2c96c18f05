import type { Execution, Instant } from "../../contracts/model.js";
import type { DueExecution, Executions } from "../../contracts/store.js";
import { accept, answered } from "./accept.js";
import type { Addresses } from "./addresses.js";
import { cancelSendings } from "./cancelling.js";
import { isCalling } from "./claims.js";
import type { Database } from "./database.js";
import { executionOf, type ExecutionRow } from "./sending-rows.js";

/** What the sendings of an execution have still to do. */
interface Rest {
  /** Open or held. */
  going: number;
  dueAt: Instant | null;
  /** As `dueAt`, but a claimed sending counts from the end of its lease, and not at all while its call is under way. */
  wakeAt: Instant | null;
}

export function sqliteExecutions(database: Database, addresses: Addresses): Executions {
  function find(organization: string, id: string): Execution | undefined {
    const select = database.statement<ExecutionRow>("SELECT * FROM executions WHERE id = ? AND organization = ?");
    const row = select.get(id, organization);
    return row && executionOf(row);
  }

  return {
    accept(plan) {
      const work = () => accept(database, addresses, plan);
      return plan.dryRun ? database.read(work) : database.write(work);
    },

    answered: (organization, key) => database.read(() => answered(database, organization, key)),

    get: (organization, id) => database.read(() => find(organization, id)),

    dueBy: (by, limit, after = { dueAt: Number.MIN_SAFE_INTEGER, id: "" }) =>
      database.read(() =>
        database
          .statement<DueExecution>(
            `SELECT id, due_at AS dueAt FROM executions e
             WHERE due_at <= ? AND (due_at, id) > (?, ?)
               AND NOT EXISTS (SELECT 1 FROM sequences WHERE id = e.sequence_id AND status = 'paused')
             ORDER BY due_at, id LIMIT ?`,
          )
          .all(by, after.dueAt, after.id, limit),
      ),

    rest: (id) => database.claim(() => rest(database, id)),

    cancel: (organization, id, now) =>
      database.write(() => {
        if (!find(organization, id)) return undefined;
        cancelSendings(database, "execution", id, "by_call", now);
        database
          .statement("UPDATE executions SET status = 'cancelled', due_at = NULL WHERE id = ? AND status = 'running'")
          .run(id);
        return find(organization, id);
      }),
  };
}

const selectRest = `SELECT count(*) FILTER (WHERE state IN ('open', 'held')) AS going,
    min(due_at) FILTER (WHERE state = 'open' AND parked_on IS NULL) AS dueAt,
    min(max(due_at, coalesce(lease_until, due_at)))
      FILTER (WHERE state = 'open' AND parked_on IS NULL AND NOT (${isCalling})) AS wakeAt
  FROM sendings s WHERE execution_id = ?`;

function rest(database: Database, id: string): Instant | null {
  const { going, dueAt, wakeAt } = database.statement<Rest>(selectRest).get(id) as Rest;
  // The row gets the time without the claims: what they hold may be due again at any moment.
  const update = database.statement(
    `UPDATE executions SET due_at = @dueAt, status = iif(@going = 0 AND status = 'running', 'completed', status)
     WHERE id = @id AND (due_at IS NOT @dueAt OR @going = 0 AND status = 'running')`,
  );
  update.run({ id, dueAt, going });
  return wakeAt;
}
