import { isUnanswered } from "./people.js";
import type { SendingStory, Testimony } from "./testimony.js";

/** I5 at any moment: whatever is on its way is going to be looked at, by the clock, by its channel, or by its sequence going on. */
export function silence({ sendings, dueAt, statuses, contacts, time }: Testimony): string[] {
  // What was due on a clock that has been put back since may wait for it to get there again, and no longer.
  const putBack = time.jumped(-1);
  return sendings.flatMap(({ sending }) => {
    const { id, state, parkedOn, executionId, sequenceId, purpose, contactId } = sending;
    const isUnwanted = purpose === "marketing" && contacts.get(contactId)?.unsubscribed;
    if (isUnwanted && ["open", "held", "failed"].includes(state))
      return [`I6: ${id} is ${state}, and its person has opted out`];
    if (state !== "open") return sending.dueAt === null ? [] : [`I5: ${id} is ${state} and due at ${sending.dueAt}`];
    if (sending.dueAt === null) return [`I5: ${id} is open and never due`];
    if (parkedOn !== null || statuses.get(sequenceId) === "paused") return [];
    const lookedAt = dueAt.get(executionId) ?? Infinity;
    return lookedAt <= sending.dueAt + putBack
      ? []
      : [`I5: ${id} is due at ${sending.dueAt}, and its execution is looked at at ${lookedAt}`];
  });
}

/** I5 when all is quiet: everything has ended, or waits for a person who is told why; and whoever had a key was answered. */
export function restlessness({ sendings, executions, dueAt, calls }: Testimony): string[] {
  const held = new Set(
    sendings.filter(({ sending }) => sending.state === "held").map((one) => one.sending.executionId),
  );
  return [
    ...sendings.flatMap(unrest),
    ...[...executions.values()].flatMap(({ id, status }) =>
      (status === "running") === held.has(id) || status === "cancelled" ? [] : [`I5: the execution ${id} is ${status}`],
    ),
    ...[...dueAt].map(([id, at]) => `I5: the execution ${id} is due at ${at}`),
    ...calls.filter(isUnanswered).map(({ number }) => `I5: call ${number} was never answered`),
  ];
}

function unrest({ sending, attempts, sequence }: SendingStory): string[] {
  const { id, state, reason, stepId } = sending;
  const name = `${id} (${sequence.key})`;
  const tries = [...attempts.values()];
  const last = tries.findLast((attempt) => attempt.stepId === stepId)?.outcome;
  if (tries.some(({ outcome }) => outcome === null)) return [`I5: ${name} has a call without an end`];
  switch (state) {
    case "open":
      return [`I5: ${name} is open still: ${JSON.stringify(sending)}`];
    case "held":
      return reason === "uncertain" && last === "uncertain" ? [] : [`I5: ${name} is held for ${reason}, and ${last}`];
    case "failed":
      return (reason === "rejected" && last === "rejected") || reason === "template"
        ? []
        : [`I5: ${name} failed for ${reason}, and ${last}`];
    case "completed":
    case "cancelled":
      return [];
  }
}
