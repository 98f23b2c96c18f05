import type { JournalEntry } from "../fakes/sendgrid-journal.js";
import type { AnsweredCall } from "./caller.js";
import type { LedgerSending, LedgerView } from "./ledger.js";
import { checkMessages, type Expected, type MessageVerdict } from "./messages.js";
import { steps } from "./workspace.js";

/** What three independent witnesses say: the callers, the provider's journal, the final database. */
export interface Testimony {
  answered: readonly AnsweredCall[];
  journal: readonly JournalEntry[];
  ledger: LedgerView;
}

export interface Verdict extends MessageVerdict {
  lost: number;
}

/** Compares the witnesses. I1 no loss, I2 one sending, I3 order, I4 bounded duplicates, I5 no silent state. */
export function judge({ answered, journal, ledger }: Testimony): Verdict {
  const verdict: Verdict = { violations: [], lost: 0, skipped: 0, doubles: {}, uncertain: 0 };
  const bySending = new Map(ledger.sendings.map((sending) => [sending.id, sending]));
  for (const call of answered) checkCall(call, ledger, bySending, verdict);
  checkOnce(answered, ledger, verdict.violations);
  const expected = ({ state, policy }: LedgerSending): Expected => ({
    steps,
    isDone: state === "completed",
    mayRepeat: policy !== "hold",
  });
  checkMessages({ journal, ledger }, expected, verdict);
  for (const sending of ledger.sendings) checkRest(sending, verdict.violations);
  return verdict;
}

/** I1: all that an answer promised is there. */
function checkCall(
  call: AnsweredCall,
  ledger: LedgerView,
  sendings: Map<string, LedgerSending>,
  verdict: Verdict,
): void {
  const { executionId, sendingsCreated, results } = call.body.data;
  const execution = ledger.executions.get(executionId);
  if (execution?.sendings_created !== sendingsCreated || sendingsCreated !== call.emails.length) {
    verdict.lost++;
    verdict.violations.push(`I1: ${call.key} was answered, and its execution is not as it was answered`);
  }
  for (const { email, contactId, sendingId } of results) {
    const sending = sendings.get(sendingId);
    if (
      sending?.execution_id === executionId &&
      sending.contact_id === contactId &&
      ledger.contacts.get(contactId) === email
    )
      continue;
    verdict.lost++;
    verdict.violations.push(`I1: ${call.key} was answered, and the sending of contact ${contactId} is not there`);
  }
}

/** I2: one sending per execution and contact, one execution per key. Addresses are unique to a call, so a second one shows. */
function checkOnce(answered: readonly AnsweredCall[], ledger: LedgerView, violations: string[]): void {
  const pairs = new Set(ledger.sendings.map(({ execution_id, contact_id }) => `${execution_id} ${contact_id}`));
  const people = new Set(ledger.sendings.map(({ contact_id }) => contact_id));
  if (pairs.size !== ledger.sendings.length) violations.push("I2: a contact has two sendings in one execution");
  if (people.size !== ledger.sendings.length) violations.push("I2: a call was carried out twice");
  const executions = new Set(answered.map(({ body }) => body.data.executionId));
  if (executions.size !== answered.length) violations.push("I2: two keys were answered with one execution");
}

/** I5, when all is done: completed, or held for a person to see. */
function checkRest({ id, state, due_at, lease_until }: LedgerSending, violations: string[]): void {
  if (state !== "completed" && state !== "held")
    violations.push(`I5: ${id} is ${state}, due ${due_at}, leased until ${lease_until}`);
}
