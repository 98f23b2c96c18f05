import { test } from "tap";
import { engineOf } from "../core/pipeline/engine.js";
import { sequenceOf, step } from "../core/pipeline/sequence.js";
import { FakeChannel } from "../fakes/channel.js";

const day = 24 * 60 * 60_000;

// Found by the simulation. A start looked for calls that had begun before its own time, and on a clock that was put back none had.
test("a call of a process that died is in doubt at the next start, although the clock was put back", async (t) => {
  const sequence = sequenceOf([step.email("hello", { onUncertain: "hold" })]);
  const engine = await engineOf(t, sequence, { channel: new FakeChannel(() => new Promise(() => undefined)) });
  const { results } = await engine.call(["ann@acme.example"]);
  void engine.scheduler.ringDue();
  while (engine.channel.messages.length === 0) await new Promise((resolve) => setImmediate(resolve));

  engine.clock.advance(-400 * day);
  const next = await engine.reborn(sequence, new FakeChannel());
  t.match(await next.sending(results[0]!.sendingId), { state: "held", reason: "uncertain" });
});
