import assert from "node:assert/strict";
import { gate, recording, until, type Check } from "./jobs-parts.js";

const far = 3_600_000;

/** How many jobs run, and what becomes of them when processes stop, die and come back. */
export function drivingSuite(check: Check): void {
  check("no more runs of a name are under way than it was given", async ({ open }) => {
    const scheduler = open();
    let now = 0;
    let most = 0;
    const job = recording(async () => {
      most = Math.max(most, ++now);
      // The first wait for each other, however long their storage takes.
      await until(() => most >= 3);
      await new Promise((resolve) => setTimeout(resolve, 3));
      now -= 1;
      return undefined;
    });
    scheduler.define("job", job, { concurrency: 3 });
    scheduler.define(
      "other",
      recording(() => undefined),
      { concurrency: 1 },
    );
    await scheduler.start();
    await Promise.all(Array.from({ length: 40 }, (_, n) => scheduler.schedule("job", `${n}`, Date.now())));
    await until(() => job.runs.length === 40 && now === 0);
    assert.equal(most, 3);
  });

  check(
    "2,000 due jobs are done one after the other, the oldest alarm first, and other names do not wait",
    async ({ open }) => {
      const scheduler = open({ processEvery: 600_000 });
      const job = recording(() => undefined);
      const other = recording(() => undefined);
      scheduler.define("job", job, { concurrency: 10 });
      scheduler.define("other", other, { concurrency: 1 });
      const due = Date.now() - far;
      await Promise.all(Array.from({ length: 2_000 }, (_, n) => scheduler.schedule("job", `${n}`, due)));
      await scheduler.schedule("job", "oldest", due - 1);
      await scheduler.schedule("other", "one", Date.now());
      await scheduler.start();
      await until(() => other.runs.length === 1);
      assert.ok(job.runs.length < 1_000, `${job.runs.length} others were before`);
      await until(() => job.runs.length === 2_001, 30_000);
      assert.equal(job.runs[0]?.id, "oldest");
      assert.equal(new Set(job.runs.map(({ id }) => id)).size, 2_001);
    },
  );

  check("jobs that come one by one are all done", async ({ open }) => {
    const scheduler = open({ processEvery: 600_000 });
    const job = recording(() => undefined);
    scheduler.define("job", job, { concurrency: 4 });
    await scheduler.start();
    for (let n = 0; n < 200; n += 1) await scheduler.schedule("job", `${n}`, Date.now());
    await until(() => job.runs.length === 200);
  });

  check("stop waits for what runs, starts nothing else and leaves nothing locked", async ({ open }) => {
    const scheduler = open();
    const held = gate();
    const next = Date.now() + far;
    const job = recording(() => held.opened.then(() => next));
    scheduler.define("job", job, { concurrency: 1 });
    await scheduler.start();
    const due = Date.now() - 10;
    for (const [n, id] of ["one", "two", "three", "four"].entries()) await scheduler.schedule("job", id, due + n);
    await until(() => job.runs.length === 1);
    let stopped = false;
    const stopping = scheduler.stop(10_000).then(() => (stopped = true));
    await scheduler.schedule("job", "five", due);
    assert.ok(!stopped, "a job still runs");
    held.open();
    await stopping;
    assert.deepEqual(
      job.runs.map(({ id }) => id),
      ["one"],
    );
    const alarms = await scheduler.alarms("job", ["one", "two", "three", "four", "five"]);
    assert.deepEqual(Object.fromEntries(alarms), { one: next, two: due + 1, three: due + 2, four: due + 3, five: due });
  });

  check("stop does not wait longer than it was told, and the job that was left runs again", async ({ open }) => {
    const scheduler = open();
    const held = gate();
    const job = recording(() => held.opened.then(() => undefined));
    scheduler.define("job", job, { concurrency: 1 });
    await scheduler.start();
    await scheduler.schedule("job", "one", Date.now());
    await until(() => job.runs.length === 1);
    const before = Date.now();
    await scheduler.stop(50);
    assert.ok(Date.now() - before < 2_000, `it took ${Date.now() - before} ms`);

    const successor = open({ alone: true });
    const again = recording(() => undefined);
    successor.define("job", again, { concurrency: 1 });
    await successor.start();
    await until(() => again.runs.length === 1);
    await until(async () => (await successor.alarms("job", ["one"])).size === 0);
    held.open();
  });

  check("a scheduler that was never started can be stopped", async ({ open }) => {
    const scheduler = open();
    scheduler.define(
      "job",
      recording(() => undefined),
      { concurrency: 1 },
    );
    await scheduler.stop(10);
  });

  check("alarms survive a restart", async ({ open, reopen }) => {
    const at = Date.now() + far;
    const before = open();
    await before.schedule("job", "later", at);
    await before.schedule("job", "due", Date.now());
    await before.stop(0);
    await reopen();
    const after = open({ alone: true });
    const job = recording(() => undefined);
    after.define("job", job, { concurrency: 1 });
    await after.start();
    await until(() => job.runs.length === 1);
    await until(async () => (await after.alarms("job", ["later", "due"])).size === 1);
    assert.deepEqual(await after.alarms("job", ["later", "due"]), new Map([["later", at]]));
  });

  check("what another process sets is found, and seen while it runs", async ({ open }) => {
    const server = open({ processEvery: 250 });
    const held = gate();
    const job = recording(() => held.opened.then(() => undefined));
    server.define("job", job, { concurrency: 1 });
    await server.start();
    const tool = open();
    await tool.schedule("job", "one", Date.now());
    await until(() => job.runs.length === 1);
    assert.deepEqual(await tool.alarms("job", ["one"]), new Map([["one", 0]]));
    await tool.schedule("job", "one", Date.now());
    held.open();
    await until(() => job.runs.length === 2);
  });

  check("two processes share the work, each job once", async ({ open }) => {
    const done = recording(() => undefined);
    const first = open({ processEvery: 250 });
    const second = open({ processEvery: 250 });
    for (const scheduler of [first, second]) {
      scheduler.define("job", done, { concurrency: 5 });
      await scheduler.start();
    }
    await Promise.all(Array.from({ length: 100 }, (_, n) => first.schedule("job", `${n}`, Date.now())));
    await until(() => done.runs.length >= 100);
    await Promise.all([first.stop(10_000), second.stop(10_000)]);
    assert.equal(done.runs.length, 100);
  });
}
