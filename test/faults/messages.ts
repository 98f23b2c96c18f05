import type { JournalEntry } from "../fakes/sendgrid-journal.js";
import type { LedgerAttempt, LedgerSending, LedgerView } from "./ledger.js";

/** What should have become of the messages of one sending. */
export interface Expected {
  /** The ids of its messages' steps, in their order. */
  steps: readonly string[];
  /** It has passed all of them. */
  isDone: boolean;
  /** In doubt a step is tried again, once per doubt that the ledger shows; else never. */
  mayRepeat: boolean;
}

export interface MessageVerdict {
  /** Sentences; none when every invariant holds. */
  violations: string[];
  skipped: number;
  /** Messages beyond one per sending and step, by the key of the sequence. */
  doubles: Record<string, number>;
  uncertain: number;
}

/** The database is whole and nobody holds anything in it. I3 order, I4 bounded duplicates, and no message that the store does not know of. */
export function checkMessages(
  { journal, ledger }: { journal: readonly JournalEntry[]; ledger: LedgerView },
  expected: (sending: LedgerSending) => Expected,
  verdict: MessageVerdict,
): void {
  const { violations, doubles } = verdict;
  const delivered = Map.groupBy(journal.filter(mayHaveGoneOut), ({ sendingId }) => sendingId ?? "");
  const attempts = Map.groupBy(ledger.attempts, ({ sending_id }) => sending_id);
  if (ledger.integrity !== "ok") violations.push(`the database is damaged: ${ledger.integrity}`);
  if (ledger.lockedJobs > 0) violations.push(`${ledger.lockedJobs} jobs are still locked`);
  for (const sending of ledger.sendings) {
    const { id, policy } = sending;
    const { steps, isDone, mayRepeat } = expected(sending);
    const messages = delivered.get(id) ?? [];
    const tried = attempts.get(id) ?? [];
    const doubts = tried.filter(({ state }) => state === "uncertain");
    verdict.uncertain += doubts.length;
    checkOrder(id, messages, tried, { steps, isDone }, verdict);
    for (const step of steps) {
      const sent = messages.filter(({ stepId }) => stepId === step).length;
      const inDoubt = doubts.filter(({ step_id }) => step_id === step).length;
      if (sent > 1) doubles[policy] = (doubles[policy] ?? 0) + sent - 1;
      const allowed = mayRepeat ? 1 + inDoubt : 1;
      if (sent > allowed) violations.push(`I4: ${sent} messages of ${id} ${step}, ${allowed} allowed`);
    }
  }
  const known = new Set(ledger.sendings.map(({ id }) => id));
  for (const sendingId of delivered.keys()) {
    if (!known.has(sendingId))
      violations.push(`I1: a message of ${sendingId} went out, and the store does not know it`);
  }
}

/** Taken, or left without an answer: nobody can say that it did not go out. What the provider refused did not. */
function mayHaveGoneOut({ status, phase }: JournalEntry): boolean {
  return phase === "body" && (status === null || status === 202);
}

/** I3: the first message of a step comes after the first of the step before it; none is missing between two. */
function checkOrder(
  sendingId: string,
  messages: readonly JournalEntry[],
  attempts: readonly LedgerAttempt[],
  { steps, isDone }: Pick<Expected, "steps" | "isDone">,
  verdict: MessageVerdict,
): void {
  const firsts = steps.map((step) => messages.findIndex(({ stepId }) => stepId === step));
  const reached = isDone ? steps.length : firsts.findLastIndex((first) => first >= 0) + 1;
  for (const [index, step] of steps.slice(0, reached).entries()) {
    const settled = attempts.some(
      ({ step_id, state }) => step_id === step && (state === "accepted" || state === "uncertain"),
    );
    if (firsts[index] === -1 || !settled) {
      verdict.skipped++;
      verdict.violations.push(`I3: ${sendingId} passed ${step} without a message`);
    } else if (index > 0 && firsts[index]! < firsts[index - 1]!) {
      verdict.violations.push(`I3: ${sendingId} sent ${step} before the step before it`);
    }
  }
}
