import { test } from "tap";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { execute, SourceStage } from "./source-stage.js";

const welcome = sequenceOf([step.email("hello")]);

test("where others share the work, the job of a source lasts until its last event is settled, and takes what comes meanwhile", async (t) => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<undefined>();
  const stage = await SourceStage.start(t, [welcome], {
    isShared: true,
    fetch: async (event) => {
      if (event.id === "slow") await answered;
      return event;
    },
  });
  const { clock } = stage.engine;
  await stage.post({ id: "slow", commands: [execute({ entity: "slow" })] });
  let isOver = false;
  const work = stage.intake.run("shop").then(() => (isOver = true));
  await until(() => clock.waiting > 0);
  await stage.post({ id: "quick", commands: [execute({ entity: "quick" })] });
  clock.advance(250);
  await until(async () => (await stage.said()).includes("processed"));
  t.notOk(isOver);
  answer(undefined);
  await work;
  t.same(await stage.said(), ["processed", "processed"]);
});

test("where others share the work, a replay waits for whoever has its source, but not for ever", async (t) => {
  const stage = await SourceStage.start(t, [welcome], { isShared: true });
  const { clock, scheduler } = stage.engine;
  const [event] = await stage.take({ id: "1", commands: [execute()] });

  const replayed = stage.replay.one(organization, event!.id, false);
  await until(() => scheduler.rings.size > 0);
  await scheduler.ringDue();
  clock.advance(50);
  t.match(await replayed, { status: "ignored", reason: "repeated" });

  let isOver = false;
  const began = clock.now();
  const unheard = stage.replay.one(organization, event!.id, false).finally(() => (isOver = true));
  await until(() => {
    clock.advance(50);
    return isOver;
  });
  t.match(await unheard, { status: "received" });
  t.ok(clock.now() - began >= 5_000);
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
