import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import { gate, recording, until } from "../../../core/contracts/suites/jobs-parts.js";
import { keptLog, openEngine, openJobs, schedulerOn } from "./schedulers.js";

test("the end of a run is written when the store is back; the job does not run again", async (t) => {
  let failures = 0;
  const { scheduler, original, row, log } = await openEngine(
    t,
    {},
    {
      saveJobState: async (job, options) => {
        if (++failures <= 1) throw new StoreUnavailable("away");
        return original.saveJobState(job, options);
      },
    },
  );
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => row() === undefined && failures === 2);
  t.equal(job.runs.length, 1);
  t.same(
    log.lines.map(({ level, message }) => [level, message]),
    [["warn", "The store is away: alarms wait"]],
  );
});

test("a run whose end cannot be written at all is told of, and runs again when its lock has lapsed", async (t) => {
  let failures = 0;
  const { scheduler, original, row, log } = await openEngine(
    t,
    { lockLifetime: 300 },
    {
      saveJobState: async (job, options) => {
        if (++failures === 1) throw new Error("broken");
        return original.saveJobState(job, options);
      },
    },
  );
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => row() === undefined);
  t.equal(job.runs.length, 2);
  t.match(log.lines, [
    { level: "warn", message: /was not written/, fields: { job: "job", error: { message: "broken" } } },
  ]);
});

test("a store that is away while jobs run or are looked for is told of once, and costs no back-off", async (t) => {
  let away = true;
  const { scheduler, original, row, log } = await openEngine(
    t,
    {},
    {
      lot: async (...looked) => {
        if (away) throw new StoreUnavailable("away");
        return original.lot(...looked);
      },
    },
  );
  let failures = 0;
  const job = recording(() => {
    if (++failures <= 2) throw new StoreUnavailable("away for the job");
    return undefined;
  });
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  for (let n = 0; n < 5; n += 1) await scheduler.schedule("job", "one", Date.now());
  await until(() => log.lines.length > 0);
  away = false;
  await until(() => row() === undefined);
  const [first, second, third] = job.runs.map(({ at }) => at);
  t.ok(second! - first! >= 990 && third! - second! < 1_900, "a second each time");
  t.same(
    log.lines.map(({ level, message }) => [level, message]),
    [["warn", "The store is away: alarms wait"]],
  );
});

test("an error of the backend is logged, and the next look tries again", async (t) => {
  let broken = true;
  const { scheduler, original, log } = await openEngine(
    t,
    {},
    {
      lot: async (...looked) => {
        if (broken) throw new Error("broken");
        return original.lot(...looked);
      },
    },
  );
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => log.lines.length > 0);
  broken = false;
  await until(() => job.runs.length === 1);
  t.match(log.lines, [
    { level: "error", message: "The store failed: alarms wait", fields: { error: { message: "broken" } } },
  ]);
});

test("an error inside Agenda is logged and ends nothing", async (t) => {
  const { scheduler, original, log } = await openEngine(
    t,
    {},
    {
      lot: async (...looked) => {
        const lot = await original.lot(...looked);
        const jobs = lot.jobs.map((job) => ({ ...job, name: "another" }));
        return log.lines.length === 0 ? { ...lot, jobs } : lot;
      },
    },
  );
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 2 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => log.lines.length > 0);
  t.match(log.lines, [{ level: "error", message: "The job engine met an error" }]);
  await scheduler.schedule("job", "two", Date.now());
  await until(() => job.runs.length === 1);
});

test("locks that cannot be renewed are told of", async (t) => {
  const held = gate();
  const { subject, close } = await openJobs();
  const log = keptLog();
  const alarms = { ...subject.backend.alarms, renew: () => Promise.reject(new StoreUnavailable("away")) };
  const scheduler = schedulerOn({ ...subject.backend, alarms }, { log, lockLifetime: 300 });
  t.teardown(async () => {
    await scheduler.stop(0);
    await close();
  });
  const job = recording(() => held.opened.then(() => undefined));
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => log.lines.length > 0);
  t.match(log.lines[0], { level: "warn", message: "The store is away: alarms wait" });
  held.open();
});

test("why a job failed is in the log, and only its kind beside the job", async (t) => {
  const { scheduler, database, log } = await openEngine(t);
  scheduler.define(
    "job",
    recording(() => Promise.reject(new TypeError("ann@example.com is odd"))),
    { concurrency: 1 },
  );
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  const reason = (): string | null | undefined =>
    database.statement<{ why: string | null }>("SELECT fail_reason AS why FROM jobs").get()?.why;
  await until(() => typeof reason() === "string");
  t.equal(reason(), "TypeError");
  t.match(log.lines, [{ level: "error", fields: { job: "job", id: "one", failures: 1, error: TypeError } }]);
});

test("a run that answers what is no time is a failed run", async (t) => {
  const { scheduler, log } = await openEngine(t);
  const job = recording((_id, count) => (count === 1 ? NaN : undefined));
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => job.runs.length === 2);
  t.match(log.lines, [{ level: "error", fields: { error: { message: /no time/ } } }]);
});

test("a job that throws what is no error is tried again as any other", async (t) => {
  const { scheduler, log } = await openEngine(t);
  const job = recording((_id, count) => {
    if (count === 1) throw "odd" as unknown as Error;
    return undefined;
  });
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await scheduler.schedule("job", "one", Date.now());
  await until(() => job.runs.length === 2);
  t.match(log.lines, [{ level: "error", fields: { error: { message: /no error/, cause: "odd" } } }]);
});
