import t from "tap";
import type { Outcome } from "../../../core/contracts/channel.js";
import type { Position } from "../../../core/contracts/model.js";
import type { StepView, UncertainPolicy } from "../../../core/contracts/step.js";
import { afterCall } from "../../../core/pipeline/after-call.js";
import { arrive } from "../../../core/pipeline/walk.js";
import { sequenceOf, step } from "./sequence.js";

const now = Date.UTC(2026, 0, 5, 9);
const view = { now, attemptId: "a1", sending: { id: "s1" }, contact: { email: "ann@acme.example" } } as StepView;
const sequence = sequenceOf([step.email("hello"), step.email("tips", { delay: 5_000 })]);

function after(outcome: Outcome, onUncertain: UncertainPolicy = "retry", change: Partial<Position> = {}) {
  const position = { ...arrive(sequence, 0, now), ...change };
  return afterCall({ sequence, view, position, channel: "email", onUncertain, chance: 0 }, outcome);
}

t.test("accepted: on to the next step", async (t) => {
  const { position, notes } = after({ status: "accepted", providerId: "p1" });
  t.match(position, { state: "open", stepId: "tips", dueAt: now + 5_000, deferrals: 0, doubts: 0 });
  t.match(notes, [{ kind: "waiting", stepId: "tips" }]);
});

t.test("rejected: the sending fails", async (t) => {
  t.match(after({ status: "rejected", reason: "no" }).position, {
    state: "failed",
    reason: "rejected",
    dueAt: null,
    stepId: "hello",
  });
});

t.test("deferred: again after a back-off that grows", async (t) => {
  const { position } = after({ status: "deferred", reason: "refused" });
  t.match(position, { state: "open", stepId: "hello", dueAt: now + 1_000, deferrals: 1 });
  t.match(after({ status: "deferred", reason: "refused" }, "retry", { deferrals: 3 }).position, {
    dueAt: now + 8_000,
    deferrals: 4,
  });
});

t.test("deferred to a time that the provider names: then, and not counted", async (t) => {
  const { position } = after({ status: "deferred", reason: "429", retryAt: now + 30_000 });
  t.match(position, { dueAt: now + 30_000, deferrals: 0 });
  t.equal(after({ status: "deferred", reason: "429", retryAt: now - 5 }).position.dueAt, now, "never in the past");
});

t.test("deferred with a pause: parked on the channel", async (t) => {
  const { position } = after({ status: "deferred", reason: "401", pause: {} });
  t.match(position, { state: "open", reason: "channel_paused", parkedOn: "email", stepId: "hello" });
});

t.test("uncertain, retry: one more try, then a person", async (t) => {
  const once = after({ status: "uncertain", reason: "reset" });
  t.match(once.position, { state: "open", stepId: "hello", doubts: 1, dueAt: now + 1_000 });
  const twice = after({ status: "uncertain", reason: "reset" }, "retry", { doubts: 1 });
  t.match(twice.position, { state: "held", reason: "uncertain", dueAt: null, doubts: 2 });
  t.match(twice.notes, [{ kind: "held", stepId: "hello", reason: "uncertain", note: "reset" }]);
});

t.test("uncertain, hold: a person at once", async (t) => {
  t.match(after({ status: "uncertain", reason: "reset" }, "hold").position, {
    state: "held",
    reason: "uncertain",
    doubts: 1,
  });
});

t.test("uncertain, skip: on, with a note", async (t) => {
  const { position, notes } = after({ status: "uncertain", reason: "reset" }, "skip");
  t.match(position, { state: "open", stepId: "tips", doubts: 0 });
  t.match(notes, [
    { kind: "skipped", stepId: "hello", reason: "uncertain", note: "reset" },
    { kind: "waiting", stepId: "tips" },
  ]);
});
