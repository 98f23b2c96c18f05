import type { Message } from "../../../core/contracts/channel.js";
import type { Duration, Instant, SequenceStatus } from "../../../core/contracts/model.js";
import type {
  Composed,
  RunnableSequence,
  RunnableStep,
  StepAction,
  StepView,
  UncertainPolicy,
} from "../../../core/contracts/step.js";

/** Small steps for tests of the engine. */
export const step = {
  email(
    id: string,
    options: {
      onUncertain?: UncertainPolicy;
      delay?: Duration;
      channel?: string;
      compose?: (view: StepView) => Composed;
    } = {},
  ): RunnableStep {
    const {
      onUncertain = "retry",
      delay = 0,
      channel = "email",
      compose = (view) => ({ message: message(id, view) }),
    } = options;
    return {
      id,
      type: "email",
      delay,
      applies: () => true,
      begin: (view) => ({ do: "send", channel, onUncertain, compose: () => compose(view) }),
    };
  },
  wait(id: string, duration: Duration, delay = 0): RunnableStep {
    return {
      id,
      type: "wait",
      delay,
      applies: () => true,
      begin: ({ now }) => ({ do: "wait", until: now + duration }),
    };
  },
  /** Waits for a time that follows the entity: its start, or `otherwise` where there is none. */
  until(id: string, otherwise: Instant): RunnableStep {
    const until = ({ entity }: StepView) => entity?.startsAt ?? otherwise;
    return {
      ...plain(id, { do: "continue" }),
      type: "wait",
      begin: (view) =>
        until(view) > view.now ? { do: "wait", until: until(view), anchored: true } : { do: "continue" },
    };
  },
  doing(id: string, action: StepAction): RunnableStep {
    return plain(id, action);
  },
  exit(id: string): RunnableStep {
    return plain(id, { do: "exit" });
  },
  nothing(id: string): RunnableStep {
    return plain(id, { do: "continue" });
  },
  /** The same step, behind a condition that does not hold. */
  skipped(inner: RunnableStep, why = "when is false"): RunnableStep {
    return { ...inner, applies: () => ({ skipped: why }) };
  },
};

export function sequenceOf(
  steps: RunnableStep[],
  options: Partial<Omit<RunnableSequence, "steps">> = {},
): RunnableSequence {
  const { id = "5e900000-0000-7000-8000-000000000001", key = "welcome", version = 1 } = options;
  const { purpose = "transactional", reentry = null, needsEntity = false, exitWhen = [] } = options;
  return { id, key, version, purpose, reentry, needsEntity, exitWhen, steps };
}

/** The stored form that goes with it, for `publish`; its name is its key with a capital. */
export function published(sequence: RunnableSequence, status: SequenceStatus = "active") {
  const { id, key, purpose, reentry, steps } = sequence;
  const definition = {
    purpose,
    reentry,
    steps: steps.map((one) => ({ id: one.id, type: one.type, delay: one.delay, when: null, settings: {} })),
  };
  return { id, key, name: key.replace(/^./, (first) => first.toUpperCase()), status, definition };
}

function plain(id: string, action: StepAction): RunnableStep {
  return { id, type: action.do, delay: 0, applies: () => true, begin: () => action };
}

function message(stepId: string, { sending, contact, attemptId }: StepView): Message {
  const { id: sendingId, organization } = sending;
  const ids = { organization, sendingId, attemptId, stepId };
  return { ...ids, category: "welcome", to: { email: contact.email }, subject: stepId, text: stepId, headers: {} };
}
