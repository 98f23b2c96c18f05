import { computeJobState, type JobParameters, type JobRepository } from "agenda";
import { mongodbAgendaBackend } from "../../../../core/stores/mongodb/jobs.js";
import { job, onGround, openGround } from "./cluster.js";

const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 60_000);

/** One job of every state, named for it, and one more that repeats and is paused. */
async function filled() {
  const { database } = await openGround();
  const { repository } = mongodbAgendaBackend(database);
  const saved = new Map<string, JobParameters>();
  for (const row of [
    job("running", { nextRunAt: past, lockedAt: past, priority: 5 }),
    job("failed", { nextRunAt: null, failedAt: past, lastFinishedAt: past, failCount: 1, failReason: "Error" }),
    job("repeating", { nextRunAt: future, repeatInterval: "1 minute", data: { a: { b: 1 }, d: true } }),
    job("scheduled", { nextRunAt: future, data: { a: { b: "1" } } }),
    job("queued", { nextRunAt: past, data: "plain" }),
    job("completed", { nextRunAt: null, lastFinishedAt: past }),
    job("paused", { nextRunAt: future, disabled: true, repeatInterval: 5_000 }),
  ])
    saved.set(row.name, await repository.saveJob(row, { lastModifiedBy: "me" }));
  const id = (name: string): string => String(saved.get(name)?._id);
  const names = async (options: Parameters<JobRepository["queryJobs"]>[0]): Promise<string[]> =>
    (await repository.queryJobs({ sort: { name: "asc" }, ...options })).jobs.map((found) => found.name);
  return { repository, id, names };
}

onGround("queryJobs works out states, pages and totals in the database", async (t) => {
  const { repository, names, id } = await filled();
  for (const state of ["running", "failed", "scheduled", "queued", "completed", "paused"] as const) {
    t.same(await names({ state }), [state]);
  }
  t.same(await names({ state: "repeating" }), ["paused", "repeating"]);
  t.same(await names({ state: "repeating", includeDisabled: false }), ["repeating"]);
  t.same(await names({ state: "repeating", skip: 1, limit: 5 }), ["repeating"]);
  t.same(await names({ state: "repeating", data: { a: { b: 1 } } }), ["repeating"]);
  t.same(await names({ state: "queued", data: "plain" }), ["queued"]);
  t.same(await names({ state: "repeating", ids: [id("paused"), "no id"] }), ["paused"]);
  t.same(await names({ state: "queued", id: id("failed") }), []);
  t.same(await names({ state: "queued", names: ["queued", "failed"] }), ["queued"]);
  t.same(await names({ state: "queued", name: "failed" }), []);
  t.same(await names({ state: "queued", search: "UEU" }), ["queued"]);
  t.same(await names({ state: "queued", search: "." }), [], "what is searched for is no pattern");
  t.equal((await repository.queryJobs({ state: "repeating", limit: 1 })).total, 2);
  for (const found of (await repository.queryJobs()).jobs) t.equal(found.state, computeJobState(found), found.name);
});

onGround("the overview counts the states of each name, the queue what is due", async (t) => {
  const { repository } = await filled();
  await repository.saveJob(job("queued", { nextRunAt: future }), undefined);
  const overview = await repository.getJobsOverview();
  const empty = { total: 0, running: 0, scheduled: 0, queued: 0, completed: 0, failed: 0, repeating: 0, paused: 0 };
  const of = (wanted: string) => overview.find(({ name }) => name === wanted);
  t.same(of("queued"), { ...empty, name: "queued", total: 2, queued: 1, scheduled: 1 });
  t.same(of("paused"), { ...empty, name: "paused", total: 1, repeating: 1, paused: 1 });
  t.same(of("failed"), { ...empty, name: "failed", total: 1, failed: 1 });
  t.same(
    await repository.getDistinctJobNames(),
    overview.map(({ name }) => name),
  );
  t.equal(await repository.getQueueSize(), 2);
});

onGround("jobs are found by id, disabled, enabled and removed", async (t) => {
  const { repository, id, names } = await filled();
  t.match(await repository.getJobById(id("failed")), { nextRunAt: null, failReason: "Error", failCount: 1 });
  t.equal(await repository.getJobById("nobody"), null);
  t.equal(await repository.disableJobs({ names: ["queued"] }), 1);
  const claim = () => repository.getNextJobToRun("queued", new Date(), past, undefined, undefined);
  t.equal(await claim(), undefined);
  t.equal(await repository.enableJobs({ name: "queued" }), 1);
  t.match(await claim(), { name: "queued" });
  t.equal(await repository.removeJobs({}), 0);
  t.equal(await repository.removeJobs({ notNames: ["paused", "queued"] }), 5);
  t.same(await names({}), ["paused", "queued"]);
  t.equal(await repository.purgeAllJobs(), 2);
});
