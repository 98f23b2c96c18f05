import type { SequenceStatus } from "../../../core/contracts/model.js";
import type { RunnableSequence, RunnableStep, Sequences } from "../../../core/contracts/step.js";
import type { Store } from "../../../core/contracts/store.js";
import { published, sequenceOf, step } from "../../core/pipeline/sequence.js";

export const organization = "acme";
export const minute = 60_000;

/** A sequence for each thing that steps can do. Those that send come with what is to happen when nobody knows whether they did. */
export const project: readonly RunnableSequence[] = [
  sequenceOf(
    [
      step.email("a"),
      step.wait("pause", 5 * minute),
      slow(step.email("b")),
      step.nothing("nothing"),
      step.email("c", { channel: "second" }),
    ],
    { id: idOf(1), key: "retry" },
  ),
  sequenceOf(
    [slow(step.email("a", { onUncertain: "hold" })), step.email("b", { onUncertain: "hold", delay: 2 * minute })],
    {
      id: idOf(2),
      key: "hold",
    },
  ),
  sequenceOf(
    [
      step.email("a", { onUncertain: "skip", channel: "second" }),
      step.skipped(step.email("never", { onUncertain: "hold" })),
      step.wait("pause", minute, minute),
      step.email("b", { onUncertain: "skip" }),
    ],
    { id: idOf(3), key: "skip" },
  ),
  sequenceOf([step.email("a", { onUncertain: "hold" }), step.wait("pause", 10 * minute), step.email("b")], {
    id: idOf(4),
    key: "letters",
    purpose: "marketing",
    reentry: { cooldown: 30 * minute },
  }),
  sequenceOf([step.email("a"), step.exit("out"), step.email("never")], { id: idOf(5), key: "exit" }),
  sequenceOf(
    [
      step.email("a", { onUncertain: "hold" }),
      step.email("broken", { compose: () => ({ refused: "template", note: "it names what is not there" }) }),
      step.email("c"),
    ],
    { id: idOf(6), key: "broken" },
  ),
];

export function sequencesOf(store: Store): Sequences {
  return {
    async runnable(id) {
      const found = project.find((sequence) => sequence.id === id);
      if (!found) throw new Error("never published");
      return found;
    },
    status: async (id) => (await store.sequences.byId(id))?.status ?? "archived",
  };
}

/** The project with the status of each sequence, by key; `active` unless it says otherwise. */
export function publishedProject(statuses: ReadonlyMap<string, SequenceStatus> = new Map()) {
  return project.map((sequence) => published(sequence, statuses.get(sequence.key)));
}

/** The same step, with a letter that takes its time to be composed. */
function slow(step: RunnableStep): RunnableStep {
  return {
    ...step,
    begin(view) {
      const action = step.begin(view);
      return action.do === "send" ? { ...action, compose: async () => action.compose() } : action;
    },
  };
}

function idOf(number: number): string {
  return `5e900000-0000-7000-8000-00000000000${number}`;
}
