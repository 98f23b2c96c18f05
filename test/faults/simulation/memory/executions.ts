import type { Instant } from "../../../../core/contracts/model.js";
import type { Executions } from "../../../../core/contracts/store.js";
import { accept } from "./accept.js";
import { cancelSendings } from "./cancelling.js";
import { compare, isCalling, isMoving, owned, type KeptExecution, type Tables } from "./tables.js";

export function memoryExecutions(tables: Tables): Executions {
  function find(organization: string, id: string): KeptExecution | undefined {
    const execution = tables.executions.get(id);
    return execution?.row.organization === organization ? execution : undefined;
  }

  return {
    accept: async (plan) => accept(tables, plan),

    async answered(organization, key) {
      const kept = tables.answers.get(owned(organization, key));
      return kept && { fingerprint: kept.fingerprint, body: kept.body };
    },

    get: async (organization, id) => find(organization, id)?.row,

    dueBy: async (by, limit, after = { dueAt: -Infinity, id: "" }) =>
      [...tables.executions.values()]
        .flatMap(({ row: { id, sequenceId }, dueAt }) => {
          const isPaused = tables.sequences.get(sequenceId)?.status === "paused";
          return dueAt === null || dueAt > by || isPaused ? [] : [{ id, dueAt }];
        })
        .sort((a, b) => a.dueAt - b.dueAt || compare(a.id, b.id))
        .filter(({ dueAt, id }) => dueAt > after.dueAt || (dueAt === after.dueAt && id > after.id))
        .slice(0, limit),

    async rest(id) {
      const execution = tables.executions.get(id);
      return execution ? rest(execution) : null;
    },

    async cancel(organization, id, now) {
      const execution = find(organization, id);
      if (!execution) return undefined;
      const going = execution.sendings.filter(({ row }) => row.state === "open" || row.state === "held");
      cancelSendings(tables, going, "by_call", now);
      if (execution.row.status === "running") {
        execution.row = { ...execution.row, status: "cancelled" };
        execution.dueAt = null;
      }
      return execution.row;
    },
  };
}

function rest(execution: KeptExecution): Instant | null {
  const { sendings, row } = execution;
  const moving = sendings.filter(isMoving);
  // The row gets the time without the claims: what they hold may be due again at any moment.
  execution.dueAt = earliest(moving.map((sending) => sending.row.dueAt));
  const isOver = !sendings.some(({ row: { state } }) => state === "open" || state === "held");
  if (isOver && row.status === "running") execution.row = { ...row, status: "completed" };
  return earliest(
    moving
      .filter((sending) => !isCalling(sending))
      .map(({ row: { dueAt }, claim }) => (dueAt === null ? null : Math.max(dueAt, claim?.leaseUntil ?? dueAt))),
  );
}

function earliest(times: readonly (Instant | null)[]): Instant | null {
  const first = Math.min(...times.map((time) => time ?? Infinity));
  return first === Infinity ? null : first;
}
