import type { Instant, Note, Position } from "../contracts/model.js";
import type { RunnableSequence, StepAction, StepView } from "../contracts/step.js";

/** A message that a step wants to send now. */
export type SendAction = Extract<StepAction, { do: "send" }>;

/** Where a sending stands after it went as far as it goes by itself, and what it has to say. */
export interface Walked {
  position: Position;
  notes: Note[];
  /** Set when the step at `position` has begun and wants to send. */
  send?: SendAction;
}

/** Where a sending stands when it comes to the step at `index` at the time `at`; past the last step it is completed. */
export function arrive(sequence: RunnableSequence, index: number, at: Instant): Position {
  const step = sequence.steps[index];
  const fresh = { reason: null, stage: "before", parkedOn: null, deferrals: 0, doubts: 0 } as const;
  if (step) return { ...fresh, state: "open", stepIndex: index, stepId: step.id, dueAt: at + step.delay };
  const last = sequence.steps.length - 1;
  return { ...fresh, state: "completed", stepIndex: last, stepId: sequence.steps[last]?.id ?? null, dueAt: null };
}

/**
 * Moves a sending on from `from`: past delays and waits that are over, past steps that do not apply, to the end, to a time in the future,
 * or to a step that wants to send. Pure: the same view and position walk the same way.
 */
export function walk(sequence: RunnableSequence, view: StepView, from: Position): Walked {
  const notes: Note[] = [];
  let position = from;
  for (;;) {
    const step = sequence.steps[position.stepIndex];
    if (position.state !== "open" || !step) return { position, notes: [...notes, stopped(position)] };
    if (position.dueAt !== null && position.dueAt > view.now) return { position, notes: [...notes, waiting(position)] };
    const next = () => arrive(sequence, position.stepIndex + 1, view.now);
    if (position.stage !== "before") {
      position = next();
      continue;
    }
    const applies = step.applies(view);
    if (applies !== true) {
      notes.push({ kind: "skipped", stepId: step.id, reason: "when", note: applies.skipped, at: view.now });
      position = next();
      continue;
    }
    const action = step.begin(view);
    switch (action.do) {
      case "continue":
        position = next();
        break;
      case "wait":
        position = { ...position, stage: action.anchored ? "anchored" : "inside", dueAt: action.until };
        break;
      case "hold":
        position = held(position, action);
        return { position, notes: [...notes, stopped(position, action.note)] };
      case "cancel":
        position = { ...position, state: "cancelled", reason: action.reason, dueAt: null };
        break;
      case "exit":
        position = { ...position, state: "completed", reason: "exited", dueAt: null };
        break;
      case "send":
        return { position, notes, send: action };
    }
  }
}

function waiting({ stepId, dueAt }: Position): Note {
  const note = dueAt === null ? null : `until ${new Date(dueAt).toISOString()}`;
  return { kind: "waiting", stepId, reason: null, note };
}

function held(position: Position, { reason, anchored = false }: Extract<StepAction, { do: "hold" }>): Position {
  return { ...position, state: "held", reason, stage: anchored ? "anchored" : "before", dueAt: null };
}

/** Says how a sending came to stand still. */
function stopped({ state, stepId, reason }: Position, note: string | null = null): Note {
  const kind = state === "held" || state === "cancelled" ? state : "completed";
  return { kind, stepId, reason, note };
}
