import type { Instant } from "../../../../core/contracts/model.js";
import { newContact } from "../../../../core/contracts/rules.js";
import type { Claim, Sendings } from "../../../../core/contracts/store.js";
import { entityOf } from "./entities.js";
import { compare, isCalling, isMoving, owned, type KeptSending, type Tables } from "./tables.js";

/** What is due, earliest first, and neither leased nor in the middle of a call. */
export function claimDue(tables: Tables, request: Parameters<Sendings["claimDue"]>[0]): Claim[] {
  const { executionId, now, leaseUntil, limit, newId } = request;
  const isFree = (sending: KeptSending): boolean =>
    sending.claim === null || (sending.claim.leaseUntil <= now && !isCalling(sending));
  return (tables.executions.get(executionId)?.sendings ?? [])
    .filter((one) => isMoving(one) && one.row.dueAt !== null && one.row.dueAt <= now && isFree(one))
    .sort((a, b) => (a.row.dueAt ?? 0) - (b.row.dueAt ?? 0) || compare(a.row.id, b.row.id))
    .slice(0, limit)
    .map((sending) => {
      const attemptId = newId();
      sending.claim = { attemptId, leaseUntil };
      return claimOf(tables, sending, attemptId, now);
    });
}

export function claimOf(tables: Tables, { row }: KeptSending, attemptId: string, claimedAt: Instant): Claim {
  const { contactId, organization, createdAt } = row;
  const contact = tables.contacts.get(contactId) ?? newContact(contactId, organization, "", createdAt);
  const suppressed = tables.suppressed.has(owned(organization, contact.email));
  return { attemptId, claimedAt, sending: row, contact, entity: entityOf(tables, row.executionId), suppressed };
}
