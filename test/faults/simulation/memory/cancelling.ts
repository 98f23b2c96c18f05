import type { Instant } from "../../../../core/contracts/model.js";
import type { CancelReason } from "../../../../core/contracts/rules.js";
import { dueSooner, place, type KeptSending, type Tables } from "./tables.js";

/** Ends sendings, with a note each, and fences off their claims. Their running executions find out at their next rest. */
export function cancelSendings(
  tables: Tables,
  sendings: readonly KeptSending[],
  reason: CancelReason,
  now: Instant,
): void {
  for (const sending of sendings) {
    const { row } = sending;
    const note = { kind: "cancelled", stepId: row.stepId, reason, note: null } as const;
    place(sending, { ...row, state: "cancelled", reason, dueAt: null, parkedOn: null }, [note], now);
    const execution = tables.executions.get(row.executionId);
    if (execution?.row.status === "running") dueSooner(execution, now);
  }
}

/** What was still to be sent to a person, and what had failed: nobody is to take that up again. */
export function stillToCome(tables: Tables, contactId: string): KeptSending[] {
  return [...tables.sendings.values()].filter(
    ({ row }) => row.contactId === contactId && ["open", "held", "failed"].includes(row.state),
  );
}
