import { test } from "tap";
import type { JobParameters, JobRepository } from "agenda";
import type { Database } from "../../../core/stores/sqlite/database.js";
import { job, openJobs } from "./schedulers.js";

const now = Date.now();
const past = new Date(now - 60_000);
const future = new Date(now + 60_000);

/** One job of every state, named for it, and one more that repeats and is paused. */
async function fill(repository: JobRepository, database: Database): Promise<Map<string, JobParameters>> {
  const rows: JobParameters[] = [
    job("running", { nextRunAt: past, lockedAt: past, priority: 5 }),
    job("failed", { nextRunAt: null, failedAt: past, lastFinishedAt: past, failCount: 1, failReason: "Error" }),
    job("repeating", { nextRunAt: future, repeatInterval: "1 minute", data: { a: { b: 1, c: [1, 2] }, d: true } }),
    job("scheduled", { nextRunAt: future, data: { a: { b: "1" }, d: 1 } }),
    job("queued", { nextRunAt: past, data: "plain" }),
    job("completed", { nextRunAt: null, lastFinishedAt: past }),
    job("paused", { nextRunAt: future, disabled: true, repeatInterval: 5_000, skipDays: [0, 6] }),
  ];
  const saved = new Map<string, JobParameters>();
  for (const row of rows) saved.set(row.name, await repository.saveJob(row, { lastModifiedBy: "me" }));
  database.statement("UPDATE jobs SET last_run_at = id").run();
  return saved;
}

async function filled() {
  const { subject, close } = await openJobs();
  const { repository } = subject.backend;
  const saved = await fill(repository, subject.database);
  const id = (name: string): string => String(saved.get(name)?._id);
  const names = async (options: Parameters<JobRepository["queryJobs"]>[0]): Promise<string[]> =>
    (await repository.queryJobs({ sort: { lastRunAt: "asc" }, ...options })).jobs.map((found) => found.name);
  return { repository, id, names, close, database: subject.database };
}

test("queryJobs finds by name, id, part of a name and data", async (t) => {
  const { names, id, close } = await filled();
  t.teardown(close);
  t.same(await names({}), ["running", "failed", "repeating", "scheduled", "queued", "completed", "paused"]);
  t.same(await names({ name: "queued" }), ["queued"]);
  t.same(await names({ names: ["queued", "running", "nobody"] }), ["running", "queued"]);
  t.same(await names({ id: id("failed") }), ["failed"]);
  t.same(await names({ id: "no number" }), []);
  t.same(await names({ ids: [id("failed"), id("queued")] }), ["failed", "queued"]);
  t.same(await names({ search: "ED" }), ["failed", "scheduled", "queued", "completed", "paused"]);
  t.same(await names({ search: "%" }), [], "what is searched for is no pattern");
  t.same(await names({ data: { a: { b: 1 } } }), ["repeating"], "1 is not the text 1");
  t.same(await names({ data: { a: { c: [1, 2] } } }), ["repeating"]);
  t.same(await names({ data: { d: true } }), ["repeating"], "true is not 1");
  t.same(await names({ data: "plain" }), ["queued"]);
  t.same(await names({ data: { d: null } }), ["running", "failed", "queued", "completed", "paused"]);
  t.same(await names({ includeDisabled: false, search: "p" }), ["repeating", "completed"]);
});

test("queryJobs works out states, pages and totals in the database", async (t) => {
  const { repository, names, close } = await filled();
  t.teardown(close);
  for (const state of ["running", "failed", "scheduled", "queued", "completed", "paused"] as const) {
    t.same(await names({ state }), [state]);
  }
  t.same(await names({ state: "repeating" }), ["repeating", "paused"]);
  const page = await repository.queryJobs({ sort: { name: "desc" }, skip: 1, limit: 2 });
  t.same([page.total, page.jobs.map(({ name }) => name)], [7, ["running", "repeating"]]);
  const rest = await repository.queryJobs({
    state: "repeating",
    sort: { nextRunAt: "asc", priority: "desc" },
    skip: 1,
  });
  t.same([rest.total, rest.jobs.map(({ name }) => name)], [2, ["paused"]]);
  const usual = await repository.queryJobs();
  t.same(usual.jobs[0]?.name, "paused", "the latest next run first, then the latest last run");
});

test("a job comes back as it was saved", async (t) => {
  const { repository, id, close } = await filled();
  t.teardown(close);
  t.match(await repository.getJobById(id("paused")), {
    name: "paused",
    type: "normal",
    priority: 0,
    nextRunAt: future,
    disabled: true,
    repeatInterval: 5_000,
    skipDays: [0, 6],
    lastModifiedBy: "me",
  });
  t.match(await repository.getJobById(id("repeating")), {
    repeatInterval: "1 minute",
    data: { a: { b: 1, c: [1, 2] } },
  });
  t.match(await repository.getJobById(id("failed")), { nextRunAt: null, failReason: "Error", failCount: 1 });
  t.equal(await repository.getJobById("999"), null);
  t.equal(await repository.getJobById("nobody"), null);
});

test("the overview counts the states of each name, the queue what is due", async (t) => {
  const { repository, close } = await filled();
  t.teardown(close);
  await repository.saveJob(job("queued", { nextRunAt: future }), undefined);
  const overview = await repository.getJobsOverview();
  const empty = { total: 0, running: 0, scheduled: 0, queued: 0, completed: 0, failed: 0, repeating: 0, paused: 0 };
  t.same(
    overview.find(({ name }) => name === "queued"),
    { ...empty, name: "queued", total: 2, queued: 1, scheduled: 1 },
  );
  t.same(
    overview.find(({ name }) => name === "paused"),
    { ...empty, name: "paused", total: 1, repeating: 1, paused: 1 },
  );
  t.same(
    await repository.getDistinctJobNames(),
    overview.map(({ name }) => name),
  );
  t.equal(await repository.getQueueSize(), 2);
});

test("removeJobs removes what every given criterion names, and nothing without one", async (t) => {
  const { repository, id, names, close } = await filled();
  t.teardown(close);
  t.equal(await repository.removeJobs({}), 0);
  t.equal(await repository.removeJobs({ ids: [], names: [], notNames: [], data: {} }), 0);
  t.equal(await repository.removeJobs({ id: "nobody" }), 0);
  t.equal(await repository.removeJobs({ id: id("queued"), name: "running" }), 0);
  t.equal(await repository.removeJobs({ id: id("queued") }), 1);
  t.equal(await repository.removeJobs({ ids: [id("failed"), "999"] }), 1);
  t.equal(await repository.removeJobs({ name: "completed" }), 1);
  t.equal(await repository.removeJobs({ data: { a: { b: 1 } } }), 1);
  t.equal(await repository.removeJobs({ names: ["running", "nobody"] }), 1);
  t.equal(await repository.removeJobs({ notNames: ["paused"] }), 1);
  t.same(await names({}), ["paused"]);
  t.equal(await repository.purgeAllJobs(), 1);
  t.same(await names({}), []);
});

test("disabled jobs are not claimed until they are enabled", async (t) => {
  const { repository, close } = await filled();
  t.teardown(close);
  const claim = (): ReturnType<JobRepository["getNextJobToRun"]> =>
    repository.getNextJobToRun("queued", new Date(), past, undefined, undefined);
  t.equal(await repository.disableJobs({}), 0);
  t.equal(await repository.disableJobs({ names: ["queued", "paused"] }), 1, "one of them was already");
  t.equal(await claim(), undefined);
  t.equal(await repository.enableJobs({}), 0);
  t.equal(await repository.enableJobs({ notNames: ["paused"] }), 1);
  t.match(await claim(), { name: "queued" });
});
