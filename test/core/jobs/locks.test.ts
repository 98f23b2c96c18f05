import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import { gate, recording, until } from "../../../core/contracts/suites/jobs-parts.js";
import { keptLog, openEngine, openJobs, schedulerOn } from "./schedulers.js";

test("the lock of a job that runs longer than a lock lives is renewed", async (t) => {
  const { scheduler, row, log } = await openEngine(t, { lockLifetime: 400 });
  const held = gate();
  const job = recording(() => held.opened.then(() => undefined));
  scheduler.define("job", job, { concurrency: 2 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => job.runs.length === 1);
  const since = row()?.locked_at ?? 0;
  await until(() => (row()?.locked_at ?? 0) > since + 1_000);
  t.equal(job.runs.length, 1);
  t.equal(row()?.claims, 1);
  held.open();
  await until(() => row() === undefined);
  t.same(log.lines, []);
});

test("jobs that wait in line for longer than a lock lives are done, once each", async (t) => {
  const { scheduler, row, log } = await openEngine(t, { lockLifetime: 400 });
  const job = recording(() => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 600)));
  scheduler.define("job", job, { concurrency: 1 });
  await Promise.all(["a", "b", "c"].map((id) => scheduler.schedule("job", id, Date.now())));
  await scheduler.start();
  await until(() => row() === undefined);
  t.same(job.runs.map(({ id }) => id).sort(), ["a", "b", "c"]);
  t.same(log.lines, []);
});

test("jobs in line whose locks could not be renewed in time are not begun, but left to whoever claims them next", async (t) => {
  const { subject, close } = await openJobs();
  const log = keptLog();
  const alarms = { ...subject.backend.alarms, renew: () => Promise.reject(new StoreUnavailable("away")) };
  const scheduler = schedulerOn({ ...subject.backend, alarms }, { log, alone: true, lockLifetime: 300 });
  t.teardown(async () => {
    await scheduler.stop(0);
    await close();
  });
  const held = gate();
  const job = recording((_id, count) => (count === 1 ? held.opened.then(() => undefined) : undefined));
  scheduler.define("job", job, { concurrency: 1 });
  await Promise.all(["a", "b"].map((id) => scheduler.schedule("job", id, Date.now())));
  const begun = Date.now();
  await scheduler.start();
  await until(() => Date.now() - begun > 400);
  held.open();
  await until(async () => (await scheduler.alarms("job", ["a", "b"])).size === 0);
  t.ok(log.lines.some(({ level, message }) => level === "info" && /was not begun/.test(message)));
  t.same(new Set(job.runs.map(({ id }) => id)).size, 2);
});

test("a clock that jumps does not start a job beside its own run", async (t) => {
  const { scheduler, database, row } = await openEngine(t);
  const held = gate();
  const job = recording(() => held.opened.then(() => undefined));
  scheduler.define("job", job, { concurrency: 2 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => job.runs.length === 1);
  // What a jump by an hour looks like from here.
  database.statement("UPDATE jobs SET locked_at = locked_at - 3600000").run();
  await until(() => row()?.claims === 2);
  held.open();
  await until(() => row() === undefined);
  t.equal(job.runs.length, 1);
});

test("what a dead process held runs when its lock has lapsed, though nobody is known to be alone", async (t) => {
  const { scheduler, database, backend, row } = await openEngine(t, { lockLifetime: 200 });
  await scheduler.schedule("job", "one", Date.now());
  await backend.repository.getNextJobToRun("job", new Date(), new Date(0), undefined, { lastModifiedBy: "the dead" });
  t.equal(database.statement<{ n: number }>("SELECT claims AS n FROM jobs").get()?.n, 1);
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await until(() => row() === undefined);
  t.equal(job.runs.length, 1);
});

test("a process that is alone locks no more than twice what runs, a hundred at most", async (t) => {
  for (const [concurrency, most] of [
    [4, 8],
    [70, 100],
    [120, 120],
  ] as const) {
    await t.test(`${concurrency} at once`, async (t) => {
      const { scheduler, locked, backend } = await openEngine(t, { alone: true });
      const held = gate();
      const job = recording(() => held.opened.then(() => undefined));
      scheduler.define("job", job, { concurrency });
      const ids = Array.from({ length: 300 }, (_, n) => `${n}`);
      await Promise.all(ids.map((id) => scheduler.schedule("job", id, Date.now())));
      await scheduler.start();
      await until(() => job.runs.length === concurrency && locked() === most);
      await scheduler.schedule("job", "more", 0);
      await backend.alarms.list("job", []);
      t.equal(locked(), most);
      held.open();
      await until(() => job.runs.length === 301);
    });
  }
});

test("a process that shares the work locks what it runs and no more", async (t) => {
  const { scheduler, locked, backend } = await openEngine(t);
  const held = gate();
  const job = recording(() => held.opened.then(() => undefined));
  scheduler.define("job", job, { concurrency: 4 });
  await Promise.all(Array.from({ length: 20 }, (_, n) => scheduler.schedule("job", `${n}`, Date.now())));
  await scheduler.start();
  await until(() => job.runs.length === 4);
  await scheduler.schedule("job", "more", 0);
  await backend.alarms.list("job", []);
  t.equal(locked(), 4);
  held.open();
  await until(() => job.runs.length === 21);
});

test("nothing of a scheduler that was stopped keeps the process alive", async (t) => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => /Timeout|Immediate/.test(kind)).length;
  const { scheduler } = await openEngine(t);
  const before = timers();
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 5 });
  await scheduler.start();
  await scheduler.schedule("job", "tomorrow", Date.now() + 86_400_000);
  await Promise.all(Array.from({ length: 50 }, (_, n) => scheduler.schedule("job", `${n}`, Date.now())));
  await until(() => job.runs.length === 50);
  await scheduler.stop(1_000);
  // `until` itself waits on one.
  await until(() => timers() <= before + 1, 1_000);
  t.pass();
});

test("a process that takes over says how much, one that is left with running jobs as well", async (t) => {
  const { scheduler, log, backend } = await openEngine(t, { alone: true });
  await scheduler.schedule("job", "one", Date.now());
  await backend.repository.getNextJobToRun("job", new Date(), new Date(0), undefined, undefined);
  const held = gate();
  const job = recording(() => held.opened.then(() => undefined));
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await until(() => job.runs.length === 1);
  await scheduler.stop(20);
  t.match(log.lines, [
    { level: "info", fields: { jobs: 1 }, message: /died/ },
    { level: "warn", fields: { jobs: 1 }, message: /run again/ },
  ]);
  held.open();
});

test("locks that cannot be given back at the end are told of and lapse", async (t) => {
  const { subject, close } = await openJobs();
  const log = keptLog();
  const alarms = { ...subject.backend.alarms, giveUp: () => Promise.reject(new StoreUnavailable("away")) };
  const scheduler = schedulerOn({ ...subject.backend, alarms }, { log, alone: true });
  t.teardown(close);
  const locked = (): number =>
    subject.database.statement<{ n: number }>("SELECT count(*) AS n FROM jobs WHERE locked_at IS NOT NULL").get()?.n ??
    0;
  const held = gate();
  const job = recording(() => held.opened.then(() => undefined));
  scheduler.define("job", job, { concurrency: 1 });
  await Promise.all(["a", "b"].map((id) => scheduler.schedule("job", id, Date.now())));
  await scheduler.start();
  await until(() => locked() === 2);
  const stopping = scheduler.stop(5_000);
  held.open();
  await stopping;
  t.equal(locked(), 1);
  t.match(log.lines, [{ level: "warn", message: "The store is away: alarms wait" }]);
});

test("a claim that is under way when the scheduler stops is given back", async (t) => {
  const asked = gate();
  const answer = gate();
  const { scheduler, original, locked } = await openEngine(
    t,
    {},
    {
      lot: async (...looked) => {
        const lot = await original.lot(...looked);
        asked.open();
        await answer.opened;
        return lot;
      },
    },
  );
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.schedule("job", "one", Date.now());
  await scheduler.start();
  await asked.opened;
  const stopping = scheduler.stop(5_000);
  answer.open();
  await stopping;
  t.same([locked(), job.runs.length], [0, 0]);
});

test("alarms that are set over and over while their jobs run end with no lock and no alarm", async (t) => {
  const { scheduler, row, log } = await openEngine(t);
  const ids = Array.from({ length: 20 }, (_, n) => `${n}`);
  const job = recording(async (id, count) => {
    if (count < 2_000) void scheduler.schedule("job", id, Date.now());
    return count < 1_000 ? Date.now() : undefined;
  });
  scheduler.define("job", job, { concurrency: 15 });
  await scheduler.start();
  await Promise.all(ids.map((id) => scheduler.schedule("job", id, Date.now())));
  await until(() => row() === undefined, 30_000);
  t.ok(job.runs.length >= 2_000);
  t.same(log.lines, []);
});
