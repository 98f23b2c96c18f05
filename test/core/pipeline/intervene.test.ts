import t, { type Test } from "tap";
import type { Outcome } from "../../../core/contracts/channel.js";
import { engineOf, organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const ann = "ann@acme.example";

/** An engine with one sending whose first call ended as `outcome`. */
async function stuck(
  t: Test,
  outcome: Outcome,
  steps = [step.email("hello", { onUncertain: "hold" }), step.email("tips")],
) {
  const engine = await engineOf(t, sequenceOf(steps));
  engine.channel.answer = () => outcome;
  const { results, executionId } = await engine.call([ann]);
  await engine.scheduler.ringDue();
  engine.channel.answer = () => ({ status: "accepted", providerId: null });
  return { engine, executionId, id: results[0]!.sendingId };
}

const uncertain: Outcome = { status: "uncertain", reason: "reset" };

t.test("retry tries a held step again and goes on", async (t) => {
  const { engine, id } = await stuck(t, uncertain);
  t.match(await engine.intervene.retry(organization, id), { state: "open", stepId: "hello" });
  await engine.scheduler.ringDue();
  t.same(
    engine.channel.messages.map(({ stepId }) => stepId),
    ["hello", "hello", "tips"],
  );
  t.match(await engine.story(id), [
    "created",
    "claimed hello",
    "calling hello",
    "settled hello uncertain",
    "held hello uncertain",
    "moved hello by_call",
  ]);
});

t.test("retry takes a failed sending up", async (t) => {
  const { engine, id } = await stuck(t, { status: "rejected", reason: "no" });
  await engine.intervene.retry(organization, id);
  await engine.scheduler.ringDue();
  t.equal((await engine.sending(id)).state, "completed");
});

t.test("a retry that ends in doubt again waits for a person again", async (t) => {
  const { engine, id } = await stuck(t, uncertain, [step.email("hello", { onUncertain: "retry" })]);
  engine.channel.answer = () => uncertain;
  await engine.scheduler.runUntil(engine.clock.now() + 60_000);
  t.equal((await engine.sending(id)).state, "held");
  await engine.intervene.retry(organization, id);
  await engine.scheduler.runUntil(engine.clock.now() + 60_000);
  t.equal(engine.channel.messages.length, 3);
  t.equal((await engine.sending(id)).state, "held");
});

t.test("skip goes on with the next step", async (t) => {
  const { engine, id } = await stuck(t, uncertain);
  await engine.intervene.skip(organization, id);
  await engine.scheduler.ringDue();
  t.same(
    engine.channel.messages.map(({ stepId }) => stepId),
    ["hello", "tips"],
  );
  t.equal((await engine.sending(id)).state, "completed");
});

t.test("skip over the last step is the end", async (t) => {
  const { engine, id, executionId } = await stuck(t, uncertain, [step.email("hello", { onUncertain: "hold" })]);
  t.equal((await engine.intervene.skip(organization, id)).state, "completed");
  await engine.scheduler.ringDue();
  t.equal((await engine.file.executions.get(organization, executionId))?.status, "completed");
});

t.test("only what is held or failed is taken up", async (t) => {
  const { engine, id } = await stuck(t, { status: "accepted", providerId: null });
  await t.rejects(engine.intervene.retry(organization, id), { code: "CONFLICT", details: { status: "completed" } });
  await t.rejects(engine.intervene.skip(organization, id), { code: "CONFLICT" });
});

t.test("cancel ends what has not ended", async (t) => {
  const { engine, id, executionId } = await stuck(t, uncertain);
  t.match(await engine.intervene.cancelSending(organization, id), { state: "cancelled", reason: "by_call" });
  await t.rejects(engine.intervene.cancelSending(organization, id), { code: "CONFLICT" });
  await engine.advance.run(executionId);
  t.equal(engine.channel.messages.length, 1);
});

t.test("cancelling an execution ends all of its sendings", async (t) => {
  const { engine, id, executionId } = await stuck(t, uncertain);
  t.equal((await engine.intervene.cancelExecution(organization, executionId)).status, "cancelled");
  t.equal((await engine.sending(id)).state, "cancelled");
});

t.test("what does not exist is not found", async (t) => {
  const { engine, id, executionId } = await stuck(t, uncertain);
  const nowhere = "01900000-0000-7000-8000-00000000ffff";
  for (const verb of ["retry", "skip", "cancelSending"] as const) {
    await t.rejects(engine.intervene[verb](organization, nowhere), { code: "NOT_FOUND" });
    await t.rejects(engine.intervene[verb]("other", id), { code: "NOT_FOUND" });
  }
  await t.rejects(engine.intervene.cancelExecution(organization, nowhere), { code: "NOT_FOUND" });
  await t.rejects(engine.intervene.cancelExecution("other", executionId), { code: "NOT_FOUND" });
  await t.rejects(engine.intervene.resumeChannel("pigeon"), { code: "NOT_FOUND" });
});
