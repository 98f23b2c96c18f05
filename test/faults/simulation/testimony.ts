import type {
  Contact,
  Duration,
  Execution,
  Instant,
  OutcomeStatus,
  Sending,
  SequenceStatus,
  TimelineEntry,
} from "../../../core/contracts/model.js";
import type { UncertainPolicy, RunnableSequence, StepView } from "../../../core/contracts/step.js";
import type { Store } from "../../../core/contracts/store.js";
import { all, type Call } from "./people.js";
import { organization, project } from "./project.js";
import type { JournalEntry } from "./provider.js";
import type { Time } from "./time.js";

/** What the three witnesses say: the store, the provider's journal, and the callers. */
export interface Testimony {
  sendings: SendingStory[];
  executions: ReadonlyMap<string, Execution>;
  contacts: ReadonlyMap<string, Contact>;
  /** When an execution is due, by id; those of paused sequences are missing. */
  dueAt: ReadonlyMap<string, Instant>;
  statuses: ReadonlyMap<string, SequenceStatus>;
  journal: readonly JournalEntry[];
  calls: readonly Call[];
  time: Time;
}

/** One sending with all that is known of it. */
export interface SendingStory {
  sending: Sending;
  sequence: RunnableSequence;
  timeline: readonly TimelineEntry[];
  /** By id, in the order of their making. */
  attempts: ReadonlyMap<string, { stepId: string; outcome: OutcomeStatus | null }>;
  /** In the order in which the provider saw them. */
  calls: readonly JournalEntry[];
}

export interface Witnesses {
  store: Store;
  time: Time;
  provider: { journal: readonly JournalEntry[] };
}

/** Hears the witnesses, through nothing but the contract of a store. */
export async function testify({ store, provider, time }: Witnesses, calls: readonly Call[]): Promise<Testimony> {
  const { items } = await store.sendings.list(organization, {}, all, time.now());
  const bySending = Map.groupBy(provider.journal, ({ sendingId }) => sendingId);
  const sendings: SendingStory[] = [];
  const executions = new Map<string, Execution>();
  for (const sending of items) {
    const timeline = await store.sendings.timeline(organization, sending.id);
    const sequence = project.find(({ id }) => id === sending.sequenceId)!;
    sendings.push({
      sending,
      sequence,
      timeline,
      attempts: attemptsOf(timeline),
      calls: bySending.get(sending.id) ?? [],
    });
    const execution = await store.executions.get(organization, sending.executionId);
    if (execution) executions.set(execution.id, execution);
  }
  const contacts = (await store.contacts.list(organization, {}, all)).items;
  const due = await store.executions.dueBy(Number.MAX_SAFE_INTEGER, 10_000);
  const sequences = (await store.sequences.list(organization, all)).items;
  return {
    sendings,
    executions,
    contacts: new Map(contacts.map((contact) => [contact.id, contact])),
    dueAt: new Map(due.map(({ id, dueAt }) => [id, dueAt])),
    statuses: new Map(sequences.map(({ id, status }) => [id, status])),
    journal: provider.journal,
    calls,
    time,
  };
}

/** The steps that send, in order, with what is to happen when nobody knows whether one did. */
export function messageSteps({ steps }: RunnableSequence): { id: string; index: number; policy: UncertainPolicy }[] {
  return steps.flatMap(({ id, begin }, index) => {
    const action = begin({ now: 0 } as StepView);
    return action.do === "send" ? [{ id, index, policy: action.onUncertain }] : [];
  });
}

/** The least time between the end of the step at `from` and the beginning of the one at `to`. */
export function waitBetween({ steps }: RunnableSequence, from: number, to: number): Duration {
  return steps.slice(from + 1, to + 1).reduce((sum, { delay, begin }, index) => {
    const action = from + 1 + index < to ? begin({ now: 0 } as StepView) : undefined;
    return sum + delay + (action?.do === "wait" ? action.until : 0);
  }, 0);
}

function attemptsOf(timeline: readonly TimelineEntry[]): SendingStory["attempts"] {
  const attempts = timeline.flatMap(({ kind, attemptId, stepId }) =>
    kind === "calling" && attemptId !== null ? [{ id: attemptId, stepId: stepId ?? "" }] : [],
  );
  const ends = new Map(timeline.map(({ attemptId, outcome }) => [outcome === null ? null : attemptId, outcome]));
  return new Map(
    // By their ids: the times of a clock that was put back say nothing about the order.
    attempts
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, stepId }) => [id, { stepId, outcome: ends.get(id) ?? null }]),
  );
}
