import type { JournalEntry } from "./provider.js";
import { messageSteps, type SendingStory, type Testimony } from "./testimony.js";

/** I3 and I4 of one sending, and whether its ledger says what the provider saw. */
export function stepViolations(story: SendingStory): string[] {
  const name = `${story.sending.id} (${story.sequence.key}, ${story.sending.state})`;
  return [...ledgerViolations(story), ...duplicates(story), ...disorder(story)].map((what) => what.replace("%", name));
}

/** Where no process died, nothing is in doubt that a process was told the end of. */
export function needlessDoubts({ sendings }: Testimony): string[] {
  return sendings.flatMap(({ sending, calls, attempts }) =>
    calls
      .filter(({ attemptId, told }) => attempts.get(attemptId)?.outcome === "uncertain" && isEnd(told))
      .map(({ stepId, told }) => `ledger: ${sending.id} ${stepId} is in doubt, and it was ${told}`),
  );
}

function isEnd(told: JournalEntry["told"]): boolean {
  return told !== null && told !== "uncertain";
}

function ledgerViolations({ calls, attempts, sending }: SendingStory): string[] {
  const violations: string[] = [];
  const seen = new Map<string, JournalEntry>();
  for (const call of calls) {
    if (seen.has(call.attemptId)) violations.push(`I4: % called twice for one attempt`);
    seen.set(call.attemptId, call);
    if (attempts.get(call.attemptId)?.stepId !== call.stepId)
      violations.push(`I4: % called for ${call.stepId}, and the ledger does not know it`);
  }
  for (const [id, { stepId, outcome }] of attempts) {
    const taken = seen.get(id)?.taken ?? false;
    if (outcome === "accepted" && !taken) violations.push(`ledger: % ${stepId} is said to be accepted and is not`);
    if ((outcome === "rejected" || outcome === "deferred") && taken)
      violations.push(`ledger: % ${stepId} is said to be ${outcome} and went out`);
  }
  const accepted = [...attempts.values()].filter(({ outcome }) => outcome === "accepted").length;
  if (sending.handedOver !== accepted)
    violations.push(`ledger: % says ${sending.handedOver} messages, and ${accepted} were accepted`);
  return violations;
}

/** I4. A person who tries again may send a second message, for each doubt that they were told of. */
function duplicates({ sequence, calls, attempts, timeline }: SendingStory): string[] {
  return messageSteps(sequence).flatMap(({ id, policy }) => {
    const sent = calls.filter(({ stepId, taken }) => taken && stepId === id).length;
    const tries = [...attempts].filter(([, { stepId }]) => stepId === id);
    const doubts = tries.filter(([, { outcome }]) => outcome === "uncertain");
    const doubtsOfCalls = doubts.filter(([attempt]) => calls.some(({ attemptId }) => attemptId === attempt)).length;
    const byHand = timeline.filter(
      ({ kind, stepId, note }) => kind === "moved" && stepId === id && isRetry(note),
    ).length;
    const byPolicy = policy === "retry" ? 1 : 0;
    const allowed = 1 + Math.min(doubts.length, byPolicy + byHand);
    const accepted = tries.findIndex(([, { outcome }]) => outcome === "accepted");
    return [
      ...(sent > allowed ? [`I4: ${sent} messages of % ${id}, ${allowed} allowed`] : []),
      ...(accepted >= 0 && accepted < tries.length - 1 ? [`I4: % ${id} was tried again although it was accepted`] : []),
      ...(doubtsOfCalls > 1 + byPolicy + byHand
        ? [`I4: % ${id} was called ${doubtsOfCalls} times with no end that anybody knows`]
        : []),
    ];
  });
}

/** I3. Until the last step that was called, or the end, each step has come to an end of its own before the next was called. */
function disorder(story: SendingStory): string[] {
  const { sequence, calls, sending } = story;
  const steps = messageSteps(sequence);
  const isThrough = sending.state === "completed" && sending.reason !== "exited";
  const reached = isThrough ? steps.length : steps.findLastIndex(({ id }) => calls.some(({ stepId }) => stepId === id));
  return steps.flatMap(({ id, policy }, index) => {
    const mine = calls.findLastIndex(({ stepId }) => stepId === id);
    const next = steps.slice(index + 1).map(({ id: later }) => calls.findIndex(({ stepId }) => stepId === later));
    const tooEarly = next.some((first) => first >= 0 && first < mine);
    return [
      ...(tooEarly ? [`I3: % called the step after ${id} before ${id} had come to its end`] : []),
      ...(index < reached && !hasEnded(story, id, policy === "skip")
        ? [`I3: % passed ${id} without an end of it`]
        : []),
    ];
  });
}

function hasEnded({ attempts, timeline }: SendingStory, step: string, mayBeDoubtful: boolean): boolean {
  const outcomes = [...attempts.values()].filter(({ stepId }) => stepId === step).map(({ outcome }) => outcome);
  return (
    outcomes.includes("accepted") ||
    (mayBeDoubtful && outcomes.includes("uncertain")) ||
    timeline.some(
      ({ kind, stepId, reason, note }) =>
        stepId === step && ((kind === "skipped" && reason === "when") || (kind === "moved" && !isRetry(note))),
    )
  );
}

function isRetry(note: string | null): boolean {
  return note === "tried again by hand";
}
