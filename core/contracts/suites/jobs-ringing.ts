import assert from "node:assert/strict";
import { gate, recording, until, type Check } from "./jobs-parts.js";

const far = 3_600_000;
/** A scheduler that would never look by itself within a test. */
const seldom = { processEvery: 600_000 };

/** When alarms ring, and which of two times holds. */
export function ringingSuite(check: Check): void {
  check("an alarm whose time has come rings at once, and once", async ({ open }) => {
    const scheduler = open(seldom);
    const job = recording(() => undefined);
    scheduler.define("job", job, { concurrency: 2 });
    await scheduler.start();
    await scheduler.schedule("job", "one", Date.now());
    await until(() => job.runs.length > 0);
    await until(async () => (await scheduler.alarms("job", ["one"])).size === 0);
    await scheduler.schedule("job", "two", 0);
    await until(() => job.runs.length > 1);
    assert.deepEqual(
      job.runs.map(({ id }) => id),
      ["one", "two"],
    );
  });

  check("an alarm rings at its time: not before, and not only at the next regular look", async ({ open }) => {
    const scheduler = open(seldom);
    const job = recording(() => undefined);
    scheduler.define("job", job, { concurrency: 2 });
    const early = Date.now() + 150;
    await scheduler.schedule("job", "set before the start", early);
    await scheduler.start();
    const late = Date.now() + 300;
    await scheduler.schedule("job", "set after it", late);
    await until(() => job.runs.length === 2);
    const [first, second] = job.runs;
    assert.ok(first && first.at >= early && first.at < early + 1_000, `due ${early}, rang ${first?.at}`);
    assert.ok(second && second.at >= late && second.at < late + 1_000, `due ${late}, rang ${second?.at}`);
  });

  check("there is one alarm for a name and an id, and the earlier time wins", async ({ open }) => {
    const scheduler = open(seldom);
    const near = Date.now() + far / 2;
    await scheduler.schedule("job", "one", near);
    await scheduler.schedule("job", "one", near + far);
    assert.deepEqual(await scheduler.alarms("job", ["one"]), new Map([["one", near]]));
    await scheduler.schedule("job", "one", near - 1);
    assert.deepEqual(await scheduler.alarms("job", ["one"]), new Map([["one", near - 1]]));
    const job = recording(() => undefined);
    scheduler.define("job", job, { concurrency: 5 });
    await scheduler.start();
    await Promise.all([1, 2, 3].map(() => scheduler.schedule("job", "one", Date.now())));
    await until(async () => (await scheduler.alarms("job", ["one"])).size === 0);
    assert.ok(job.runs.length >= 1 && job.runs.length <= 2, `${job.runs.length} runs`);
  });

  check("alarms of other names and ids are others", async ({ open }) => {
    const scheduler = open(seldom);
    const at = Date.now() + far;
    await scheduler.schedule("job", "one", at);
    await scheduler.schedule("job", "two", at + 1);
    await scheduler.schedule("other", "one", at + 2);
    assert.deepEqual(await scheduler.alarms("job", ["one", "three"]), new Map([["one", at]]));
    assert.deepEqual(await scheduler.alarms("other", ["one", "two"]), new Map([["one", at + 2]]));
    assert.deepEqual(await scheduler.alarms("job", []), new Map());
  });

  check("an alarm whose job runs is told as 0, one in two months as its time", async ({ open }) => {
    const scheduler = open(seldom);
    const held = gate();
    const job = recording(() => held.opened.then(() => undefined));
    scheduler.define("job", job, { concurrency: 1 });
    await scheduler.start();
    const distant = Date.now() + 60 * 24 * far;
    await scheduler.schedule("job", "distant", distant);
    await scheduler.schedule("job", "running", Date.now());
    await until(() => job.runs.length === 1);
    const alarms = await scheduler.alarms("job", ["running", "distant"]);
    assert.deepEqual([alarms.get("running"), alarms.get("distant")], [0, distant]);
    held.open();
    await until(async () => (await scheduler.alarms("job", ["running"])).size === 0);
    assert.equal(job.runs.length, 1, "what is due in two months has not rung");
  });

  check("the time that a run answers is its alarm's next", async ({ open }) => {
    const scheduler = open(seldom);
    const next = Date.now() + far;
    const job = recording((_id, count) => (count === 1 ? Date.now() + 100 : count === 2 ? 0 : next));
    scheduler.define("job", job, { concurrency: 1 });
    await scheduler.start();
    await scheduler.schedule("job", "one", Date.now());
    await until(async () => (await scheduler.alarms("job", ["one"])).get("one") === next);
    assert.equal(job.runs.length, 3);
    const [first, second] = job.runs;
    assert.ok(first && second && second.at >= first.at + 100);
  });

  for (const [answers, answered] of [
    ["a later time", () => Date.now() + far],
    ["none", () => undefined],
  ] as const) {
    check(`an alarm that is set while its job runs is not lost when the run answers ${answers}`, async ({ open }) => {
      const scheduler = open(seldom);
      const held = gate();
      const job = recording(async (_id, count) => {
        if (count === 1) await held.opened;
        return answered();
      });
      scheduler.define("job", job, { concurrency: 1 });
      await scheduler.start();
      await scheduler.schedule("job", "one", Date.now());
      await until(() => job.runs.length === 1);
      await scheduler.schedule("job", "one", Date.now() + far / 2);
      await scheduler.schedule("job", "one", Date.now() + 50);
      held.open();
      await until(() => job.runs.length === 2);
    });
  }

  check("of the time that a run answers and one set meanwhile, the earlier holds", async ({ open }) => {
    const scheduler = open(seldom);
    const sooner = Date.now() + far;
    const job = recording(async (id) => {
      await scheduler.schedule("job", id, id === "set sooner" ? sooner : sooner + far);
      return id === "set sooner" ? sooner + far : sooner;
    });
    scheduler.define("job", job, { concurrency: 2 });
    await scheduler.start();
    for (const id of ["set sooner", "answered sooner"]) {
      await scheduler.schedule("job", id, Date.now());
      await until(async () => (await scheduler.alarms("job", [id])).get(id) === sooner);
    }
  });

  check("a job that throws runs again after a while, even if it throws for ever", async ({ open }) => {
    const scheduler = open(seldom);
    const job = recording((_id, count) => {
      if (count < 3) throw new Error("not yet");
      return undefined;
    });
    scheduler.define("job", job, { concurrency: 1 });
    await scheduler.start();
    await scheduler.schedule("job", "one", Date.now());
    await until(() => job.runs.length === 3);
    const [first = 0, second = 0, third = 0] = job.runs.map(({ at }) => at);
    assert.ok(second - first >= 500 && third - second > second - first, "each time later");
    await until(async () => (await scheduler.alarms("job", ["one"])).size === 0);
  });

  check("a job that waits after a failure runs at once when its alarm is set", async ({ open }) => {
    const scheduler = open(seldom);
    const job = recording((_id, count) => {
      if (count === 1) throw new Error("not yet");
      return undefined;
    });
    scheduler.define("job", job, { concurrency: 1 });
    await scheduler.start();
    await scheduler.schedule("job", "one", Date.now());
    await until(async () => ((await scheduler.alarms("job", ["one"])).get("one") ?? 0) > Date.now());
    await scheduler.schedule("job", "one", Date.now());
    await until(() => job.runs.length === 2, 900);
  });

  check("what is no time is no alarm", async ({ open }) => {
    const scheduler = open(seldom);
    await assert.rejects(scheduler.schedule("job", "one", NaN), /job/);
    assert.equal((await scheduler.alarms("job", ["one"])).size, 0);
  });
}
