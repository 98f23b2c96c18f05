import { strict as assert } from "node:assert";
import { scriptOf, type ScriptStep } from "./scripts.js";
import type { Heard, Stage } from "./stage.js";

interface AttemptRow {
  sendingId: string;
  stepId: string;
  state: string;
}
interface OpenRow {
  id: string;
  due: number | null;
  parked: string | null;
  paused: number;
  executionDue: number | null;
}

/**
 * What must hold whatever the model says, by three witnesses: the provider's journal, the ledger, and what people did by hand.
 * I3 order, I4 bounded duplicates, I5 no silent state.
 */
export function invariants(stage: Stage): void {
  const { database } = stage.engine.file;
  const attempts = database
    .statement<AttemptRow>("SELECT sending_id AS sendingId, step_id AS stepId, state FROM attempts")
    .all();
  const sequences = new Map(
    database
      .statement<{ id: string; key: string }>(
        "SELECT s.id, q.key FROM sendings s JOIN sequences q ON q.id = s.sequence_id",
      )
      .all()
      .map(({ id, key }) => [id, key]),
  );
  for (const [sendingId, calls] of Map.groupBy(stage.journal, ({ sendingId }) => sendingId)) {
    const sequence = sequences.get(sendingId);
    assert.ok(sequence, `I1: a message of ${sendingId} went out, and the store does not know it`);
    const { steps } = scriptOf(sequence);
    const mails = steps.filter((step) => step.do === "email");
    const hands = stage.byHand.filter((hand) => hand.sendingId === sendingId);
    for (const mail of mails) {
      const of = ({ stepId }: { stepId: string }): boolean => stepId === mail.id;
      const out = calls.filter(of).filter(mayBeOut).length;
      const doubts = attempts.filter(
        (one) => one.sendingId === sendingId && of(one) && one.state === "uncertain",
      ).length;
      const again = hands.filter((hand) => of(hand) && hand.did === "retry").length;
      assert.ok(out <= 1 + doubts, `I4: ${out} messages of ${sendingId} ${mail.id} with ${doubts} doubts`);
      if (mail.onUncertain !== "retry") assert.ok(out <= 1 + again, `I4: ${out} messages of ${sendingId} ${mail.id}`);
    }
    inOrder(mails, calls, new Set(hands.filter(({ did }) => did === "skip").map(({ stepId }) => stepId)));
  }
  notSilent(stage);
}

type Mail = Extract<ScriptStep, { do: "email" }>;

/** Taken, or left without an answer: nobody can say that it did not go out. */
function mayBeOut({ heard }: Heard): boolean {
  return heard === "accepted" || heard === "uncertain" || heard === "throws" || heard === "unanswered";
}

function inOrder(mails: readonly Mail[], calls: readonly Heard[], skipped: ReadonlySet<string>): void {
  const indexes = calls.map(({ stepId }) => mails.findIndex(({ id }) => id === stepId));
  for (const [at, index] of indexes.entries()) {
    const before = at === 0 ? -1 : indexes[at - 1]!;
    assert.ok(index >= before, `I3: ${calls[at]!.stepId} after a later step`);
    for (const mail of mails.slice(Math.max(before, 0), index)) {
      const ended = calls.findLast(({ stepId }) => stepId === mail.id)?.heard;
      const isOver = ended === "accepted" || (ended !== undefined && mail.onUncertain === "skip" && isDoubt(ended));
      assert.ok(
        isOver || skipped.has(mail.id),
        `I3: ${calls[at]!.stepId} although ${mail.id} is ${ended ?? "not called"}`,
      );
    }
  }
}

function isDoubt(heard: Heard["heard"]): boolean {
  return heard === "uncertain" || heard === "throws" || heard === "unanswered";
}

/** Each open sending is due at some time, and its execution no later, or waits for a channel that is paused. */
function notSilent({ engine }: Stage): void {
  const open = engine.file.database
    .statement<OpenRow>(
      `SELECT s.id, s.due_at AS due, s.parked_on AS parked, e.due_at AS executionDue,
         EXISTS (SELECT 1 FROM paused_channels p WHERE p.name = s.parked_on) AS paused
       FROM sendings s JOIN executions e ON e.id = s.execution_id WHERE s.state = 'open'`,
    )
    .all();
  for (const { id, due, parked, paused, executionDue } of open) {
    if (parked !== null) assert.ok(paused, `I5: ${id} waits for ${parked}, which is not paused`);
    else assert.ok(due !== null && executionDue !== null && executionDue <= due, `I5: ${id} waits for nothing`);
  }
}
