import type { Instant, Sending, SendingState } from "../../../../core/contracts/model.js";
import { statusOf } from "../../../../core/contracts/rules.js";
import type { SendingFilter, Sendings } from "../../../../core/contracts/store.js";
import { cancelSendings } from "./cancelling.js";
import { claimDue } from "./claims.js";
import { dueSooner, newest, pageOf, place, type KeptSending, type Tables } from "./tables.js";
import { timelineOf } from "./timeline.js";

export function memorySendings(tables: Tables): Sendings {
  function find(organization: string, id: string): KeptSending | undefined {
    const sending = tables.sendings.get(id);
    return sending?.row.organization === organization ? sending : undefined;
  }

  /** Does `change` when the sending's state is one of `from`. */
  function when(
    organization: string,
    id: string,
    from: readonly SendingState[],
    change: (sending: KeptSending) => void,
  ): Sending | "conflict" | undefined {
    const sending = find(organization, id);
    if (!sending) return undefined;
    if (!from.includes(sending.row.state)) return "conflict";
    change(sending);
    return sending.row;
  }

  return {
    get: async (organization, id) => find(organization, id)?.row,

    list: async (organization, filter, page, now) =>
      pageOf(
        newest(
          [...tables.sendings.values()]
            .map(({ row }) => row)
            .filter((row) => row.organization === organization && matches(row, filter, now)),
        ),
        page,
      ),

    async timeline(organization, id) {
      const sending = find(organization, id);
      return sending ? timelineOf(sending).map(({ entry }) => entry) : [];
    },

    claimDue: async (request) => claimDue(tables, request),

    move: async (organization, id, from, position, notes, now) =>
      when(organization, id, from, (sending) => {
        place(sending, position, notes, now);
        const execution = tables.executions.get(sending.row.executionId);
        dueSooner(execution, position.dueAt ?? now);
        if (execution?.row.status === "completed") execution.row = { ...execution.row, status: "running" };
      }),

    cancel: async (organization, id, reason, now) =>
      when(organization, id, ["open", "held"], (sending) => cancelSendings(tables, [sending], reason, now)),
  };
}

function matches(row: Sending, filter: SendingFilter, now: Instant): boolean {
  const { status, sequenceId, contactId, executionId, from, to } = filter;
  return (
    (status === undefined || statusOf(row, now) === status) &&
    (sequenceId === undefined || row.sequenceId === sequenceId) &&
    (contactId === undefined || row.contactId === contactId) &&
    (executionId === undefined || row.executionId === executionId) &&
    (from === undefined || row.createdAt >= from) &&
    (to === undefined || row.createdAt < to)
  );
}
