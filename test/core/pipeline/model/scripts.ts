import type { Directory } from "../../../../core/contracts/directory.js";
import type { Message } from "../../../../core/contracts/channel.js";
import type { Duration, Employee, Location, Purpose } from "../../../../core/contracts/model.js";
import type {
  Composed,
  RunnableSequence,
  RunnableStep,
  StepView,
  UncertainPolicy,
} from "../../../../core/contracts/step.js";
import { sequenceOf, step } from "../sequence.js";

export const minute = 60_000;

/** What one step of a script does, in words that the model reads and the engine's steps are made of. */
export type ScriptStep = { id: string; delay: Duration } & (
  { do: "email"; onUncertain: UncertainPolicy } | { do: "wait"; duration: Duration } | { do: "pass" } | { do: "exit" }
);

export interface Script {
  id: string;
  key: string;
  purpose: Purpose;
  cooldown: Duration | "forever" | null;
  steps: ScriptStep[];
}

/** Every policy, kind of step, purpose and rule of re-entry stands in one of them at least. */
export const scripts: Script[] = [
  {
    id: "5e900000-0000-7000-8000-000000000001",
    key: "news",
    purpose: "marketing",
    cooldown: 60 * minute,
    steps: [
      { id: "news-1", delay: 0, do: "email", onUncertain: "hold" },
      { id: "gap", delay: 0, do: "wait", duration: 20 * minute },
      { id: "news-2", delay: 0, do: "email", onUncertain: "retry" },
      { id: "news-3", delay: 10 * minute, do: "email", onUncertain: "skip" },
    ],
  },
  {
    id: "5e900000-0000-7000-8000-000000000002",
    key: "receipt",
    purpose: "transactional",
    cooldown: null,
    steps: [
      { id: "receipt-1", delay: 0, do: "email", onUncertain: "retry" },
      { id: "never", delay: 0, do: "pass" },
      { id: "receipt-2", delay: 5 * minute, do: "email", onUncertain: "skip" },
      { id: "receipt-3", delay: 0, do: "email", onUncertain: "hold" },
      { id: "stop", delay: 0, do: "exit" },
      { id: "beyond", delay: 0, do: "email", onUncertain: "hold" },
    ],
  },
  {
    id: "5e900000-0000-7000-8000-000000000003",
    key: "once",
    purpose: "transactional",
    cooldown: "forever",
    steps: [
      { id: "once-1", delay: 0, do: "email", onUncertain: "skip" },
      { id: "tail", delay: 0, do: "wait", duration: 0 },
    ],
  },
  { id: "5e900000-0000-7000-8000-000000000004", key: "hollow", purpose: "transactional", cooldown: null, steps: [] },
];

export function scriptOf(key: string): Script {
  const script = scripts.find((one) => one.key === key);
  if (!script) throw new Error(`no script ${key}`);
  return script;
}

/** Whether a mail to somebody with this title cannot be rendered. */
export type Unprintable = (title: string | null) => boolean;

export function runnableOf(script: Script, unprintable: Unprintable): RunnableSequence {
  const { id, key, purpose, cooldown } = script;
  const steps = script.steps.map((one) => stepOf(one, unprintable));
  return sequenceOf(steps, { id, key, purpose, reentry: cooldown === null ? null : { cooldown } });
}

function stepOf(one: ScriptStep, unprintable: Unprintable): RunnableStep {
  switch (one.do) {
    case "email":
      return step.email(one.id, { ...one, compose: (view) => composed(one.id, view, unprintable) });
    case "wait":
      return step.wait(one.id, one.duration, one.delay);
    case "pass":
      return step.skipped(step.email(one.id, one));
    case "exit":
      return step.exit(one.id);
  }
}

function composed(stepId: string, { sending, contact, attemptId }: StepView, unprintable: Unprintable): Composed {
  if (unprintable(contact.title)) return { refused: "template", note: "a count cannot be addressed" };
  const ids = { organization: sending.organization, sendingId: sending.id, attemptId, stepId };
  const texts = { category: "model", subject: stepId, text: stepId, headers: {} };
  const message: Message = { ...ids, ...texts, to: { email: contact.email } };
  return { message };
}

/** One location whose country reads local phone numbers, and one without a country. */
export const berlin = "10c00000-0000-7000-8000-000000000001";
export const nowhere = "10c00000-0000-7000-8000-000000000002";
export const clerk = "e3900000-0000-7000-8000-000000000001";

const locations = [
  { id: berlin, country: "DE" },
  { id: nowhere, country: null },
] as Location[];
const employees = [{ id: clerk }] as Employee[];

export const directory: Directory = {
  locations,
  employees,
  location: (id) => locations.find((one) => one.id === id),
  employee: (id) => employees.find((one) => one.id === id),
};
