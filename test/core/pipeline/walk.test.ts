import t from "tap";
import type { Position } from "../../../core/contracts/model.js";
import type { RunnableSequence, StepView } from "../../../core/contracts/step.js";
import { arrive, walk } from "../../../core/pipeline/walk.js";
import { sequenceOf, step } from "./sequence.js";

const now = Date.UTC(2026, 0, 5, 9);
const view = { now, attemptId: "a1", sending: { id: "s1" }, contact: { email: "ann@acme.example" } } as StepView;

function from(sequence: RunnableSequence, index = 0, change: Partial<Position> = {}) {
  return walk(sequence, view, { ...arrive(sequence, index, now), ...change });
}

t.test("arriving at a step is due after its delay", async (t) => {
  const sequence = sequenceOf([step.email("hello"), step.email("tips", { delay: 5_000 })]);
  t.match(arrive(sequence, 1, now), {
    state: "open",
    stepIndex: 1,
    stepId: "tips",
    stage: "before",
    dueAt: now + 5_000,
  });
});

t.test("arriving past the last step is the end", async (t) => {
  const sequence = sequenceOf([step.email("hello")]);
  t.match(arrive(sequence, 1, now), { state: "completed", stepIndex: 0, stepId: "hello", dueAt: null, reason: null });
});

t.test("a message that is due stops the walk", async (t) => {
  const { position, send, notes } = from(sequenceOf([step.email("hello")]));
  t.equal(position.stepId, "hello");
  t.equal(send?.channel, "email");
  t.same(notes, []);
});

t.test("a delay that runs stops the walk, and says until when", async (t) => {
  const { position, send, notes } = from(sequenceOf([step.email("hello", { delay: 1_000 })]));
  t.equal(position.dueAt, now + 1_000);
  t.equal(send, undefined);
  t.match(notes, [{ kind: "waiting", stepId: "hello", note: "until 2026-01-05T09:00:01.000Z" }]);
});

t.test("a wait begins when its step is due, and is inside until it is over", async (t) => {
  const sequence = sequenceOf([step.wait("pause", 60_000), step.email("hello")]);
  const begun = from(sequence);
  t.match(begun.position, { stepId: "pause", stage: "inside", dueAt: now + 60_000 });
  const over = from(sequence, 0, { stage: "inside", dueAt: now });
  t.equal(over.position.stepId, "hello");
  t.ok(over.send);
});

t.test("a wait that follows the entity is anchored, and is over when its time has come", async (t) => {
  const sequence = sequenceOf([step.until("before", now + 60_000), step.email("hello")]);
  t.match(from(sequence).position, { stepId: "before", stage: "anchored", dueAt: now + 60_000 });
  t.ok(from(sequence, 0, { stage: "anchored", dueAt: now }).send);
});

t.test("a step that can do nothing yet holds the sending, and says why", async (t) => {
  for (const anchored of [true, false]) {
    const action = { do: "hold", reason: "no_time", note: "`until` gives no time", anchored } as const;
    const { position, notes, send } = from(sequenceOf([step.doing("before", action), step.email("hello")]));
    const stage = anchored ? "anchored" : "before";
    t.match(position, { state: "held", reason: "no_time", stepId: "before", stage, dueAt: null });
    t.match(notes, [{ kind: "held", stepId: "before", reason: "no_time", note: "`until` gives no time" }]);
    t.equal(send, undefined);
  }
});

t.test("a step can cancel the sending, whatever follows", async (t) => {
  const { position, notes } = from(
    sequenceOf([step.doing("before", { do: "cancel", reason: "past" }), step.email("never")]),
  );
  t.match(position, { state: "cancelled", reason: "past", stepId: "before", dueAt: null });
  t.match(notes, [{ kind: "cancelled", stepId: "before", reason: "past" }]);
});

t.test("a wait of nothing is passed at once", async (t) => {
  const { send, notes } = from(sequenceOf([step.wait("pause", 0), step.email("hello")]));
  t.ok(send);
  t.same(notes, []);
});

t.test("a step that does not apply is passed with a note", async (t) => {
  const { position, notes } = from(sequenceOf([step.skipped(step.email("vip"), "when is false"), step.email("hello")]));
  t.equal(position.stepId, "hello");
  t.match(notes, [{ kind: "skipped", stepId: "vip", reason: "when", note: "when is false", at: now }]);
});

t.test("a step that only goes on is passed", async (t) => {
  t.equal(from(sequenceOf([step.nothing("noop"), step.email("hello")])).position.stepId, "hello");
});

t.test("exit ends the sending, whatever follows", async (t) => {
  const { position, notes } = from(sequenceOf([step.exit("end"), step.email("never")]));
  t.match(position, { state: "completed", reason: "exited", stepId: "end", dueAt: null });
  t.match(notes, [{ kind: "completed", stepId: "end", reason: "exited" }]);
});

t.test("the last step passed is the end", async (t) => {
  const { position, notes } = from(sequenceOf([step.skipped(step.email("vip"))]));
  t.equal(position.state, "completed");
  t.match(notes, [{ kind: "skipped" }, { kind: "completed", stepId: "vip", reason: null }]);
});
