import type { JournalEntry } from "../fakes/sendgrid-journal.js";
import type { AnsweredCall } from "./caller.js";
import type { LedgerSending, LedgerView } from "./ledger.js";
import { steps } from "./workspace.js";

/** What three independent witnesses say: the callers, the provider's journal, the final database. */
export interface Testimony {
  answered: readonly AnsweredCall[];
  journal: readonly JournalEntry[];
  ledger: LedgerView;
}

export interface Verdict {
  /** Sentences; none when every invariant holds. */
  violations: string[];
  lost: number;
  skipped: number;
  /** Messages beyond one per sending and step, by the policy of the step: allowed only with `retry`, one per recorded doubt. */
  doubles: Record<string, number>;
  uncertain: number;
}

/** Compares the witnesses. I1 no loss, I2 one sending, I3 order, I4 bounded duplicates, I5 no silent state. */
export function judge({ answered, journal, ledger }: Testimony): Verdict {
  const violations: string[] = [];
  const verdict: Verdict = { violations, lost: 0, skipped: 0, doubles: {}, uncertain: 0 };
  const bySending = new Map(ledger.sendings.map((sending) => [sending.id, sending]));
  const delivered = Map.groupBy(journal.filter(mayHaveGoneOut), ({ sendingId }) => sendingId ?? "");
  const attempts = Map.groupBy(ledger.attempts, ({ sending_id }) => sending_id);

  if (ledger.integrity !== "ok") violations.push(`the database is damaged: ${ledger.integrity}`);
  if (ledger.lockedJobs > 0) violations.push(`${ledger.lockedJobs} jobs are still locked`);
  for (const call of answered) checkCall(call, ledger, bySending, verdict);
  checkOnce(answered, ledger, violations);
  for (const sending of ledger.sendings) {
    const messages = delivered.get(sending.id) ?? [];
    const doubts = (attempts.get(sending.id) ?? []).filter(({ state }) => state === "uncertain");
    verdict.uncertain += doubts.length;
    checkOrder(sending, messages, attempts.get(sending.id) ?? [], verdict);
    for (const step of steps) {
      const sent = messages.filter(({ stepId }) => stepId === step).length;
      const inDoubt = doubts.filter(({ step_id }) => step_id === step).length;
      if (sent > 1) verdict.doubles[sending.policy] = (verdict.doubles[sending.policy] ?? 0) + sent - 1;
      const allowed = sending.policy === "hold" ? 1 : 1 + inDoubt;
      if (sent > allowed) violations.push(`I4: ${sent} messages of ${sending.id} ${step}, ${allowed} allowed`);
    }
    checkRest(sending, violations);
  }
  for (const sendingId of delivered.keys()) {
    if (!bySending.has(sendingId))
      violations.push(`I1: a message of ${sendingId} went out, and the store does not know it`);
  }
  return verdict;
}

/** Taken, or left without an answer: nobody can say that it did not go out. What the provider refused did not. */
function mayHaveGoneOut({ status, phase }: JournalEntry): boolean {
  return phase === "body" && (status === null || status === 202);
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

/** I3: the first message of a step comes after the first of the step before it; none is missing between two. */
function checkOrder(
  sending: LedgerSending,
  messages: readonly JournalEntry[],
  attempts: LedgerView["attempts"],
  verdict: Verdict,
): void {
  const firsts = steps.map((step) => messages.findIndex(({ stepId }) => stepId === step));
  const reached = sending.state === "completed" ? steps.length : firsts.findLastIndex((first) => first >= 0) + 1;
  for (const [index, step] of steps.slice(0, reached).entries()) {
    const settled = attempts.some(
      ({ step_id, state }) => step_id === step && (state === "accepted" || state === "uncertain"),
    );
    if (firsts[index] === -1 || !settled) {
      verdict.skipped++;
      verdict.violations.push(`I3: ${sending.id} passed ${step} without a message`);
    } else if (index > 0 && firsts[index]! < firsts[index - 1]!) {
      verdict.violations.push(`I3: ${sending.id} sent ${step} before the step before it`);
    }
  }
}

/** I5, when all is done: completed, or held for a person to see. */
function checkRest({ id, state, due_at, lease_until }: LedgerSending, violations: string[]): void {
  if (state !== "completed" && state !== "held")
    violations.push(`I5: ${id} is ${state}, due ${due_at}, leased until ${lease_until}`);
}
