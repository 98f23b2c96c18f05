import { test } from "tap";
import type { Store } from "../../core/contracts/store.js";
import { type Engine, engineOf } from "../core/pipeline/engine.js";
import { sequenceOf, step } from "../core/pipeline/sequence.js";

const hour = 60 * 60_000;

// Found by the simulation. The machine slept after the ledger said `calling` and before the call: the sweep judged it, the step was
// passed over, and then it was called.
test("a sweep leaves a call alone that is about to be made, however long ago the ledger was written", async (t) => {
  let engine: Engine | undefined = undefined as Engine | undefined;
  const asleep = (store: Store): Store => ({
    ...store,
    attempts: {
      ...store.attempts,
      async calling(attempts, now) {
        const allowed = await store.attempts.calling(attempts, now);
        engine?.clock.advance(hour);
        await engine?.sweep.run();
        return allowed;
      },
    },
  });
  const sequence = sequenceOf([step.email("hello", { onUncertain: "skip" }), step.email("bye")]);
  engine = await engineOf(t, sequence, { between: asleep });
  const { results } = await engine.call(["ann@acme.example"]);
  await engine.scheduler.ringDue();
  t.same(
    engine.channel.messages.map(({ stepId }) => stepId),
    ["hello", "bye"],
  );
  const timeline = await engine.file.sendings.timeline("acme", results[0]!.sendingId);
  t.notOk(timeline.some(({ outcome }) => outcome === "uncertain"));
});
