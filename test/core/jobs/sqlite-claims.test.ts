import { test, type Test } from "tap";
import type { JobParameters } from "agenda";
import type { ClaimedJob } from "../../../core/jobs/backend.js";
import { job, openJobs } from "./schedulers.js";

const long = new Date(Date.now() - 600_000);
const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 60_000);

async function repositoryOf(t: Test) {
  const { subject, close } = await openJobs();
  t.teardown(close);
  const { repository, alarms } = subject.backend;
  const save = (parameters: JobParameters): Promise<JobParameters> => repository.saveJob(parameters, undefined);
  const claim = async (lockDeadline = long, nextScanAt = new Date()): Promise<ClaimedJob | undefined> =>
    (await repository.getNextJobToRun("a", nextScanAt, lockDeadline, undefined, { lastModifiedBy: "me" })) as
      ClaimedJob | undefined;
  const stored = (id: string | undefined): Promise<JobParameters | null> => repository.getJobById(String(id));
  return { repository, alarms, save, claim, stored, database: subject.database };
}

/** What Agenda saves when a run has ended. */
function ended(claimed: ClaimedJob, changes: Partial<JobParameters> = {}): ClaimedJob {
  const { lockedAt: _, ...rest } = claimed;
  return { ...rest, nextRunAt: null, lastRunAt: new Date(), lastFinishedAt: new Date(), ...changes };
}

test("what is due is claimed earliest first, then by priority, each once", async (t) => {
  const { save, claim } = await repositoryOf(t);
  await save(job("a", { nextRunAt: past, data: 3 }));
  await save(job("a", { nextRunAt: past, data: 2, priority: 10 }));
  await save(job("a", { nextRunAt: new Date(past.getTime() - 1), data: 1, priority: -10 }));
  await save(job("a", { nextRunAt: future, data: "not due" }));
  await save(job("a", { nextRunAt: null, data: "no time" }));
  await save(job("b", { nextRunAt: long, data: "another name" }));
  const claimed = await Promise.all(Array.from({ length: 6 }, () => claim()));
  t.same(
    claimed.map((found) => found?.data),
    [1, 2, 3, undefined, undefined, undefined],
  );
  t.match(claimed[0], { claim: 1, lastModifiedBy: "me", lockedAt: Date });
  t.match(await claim(long, future), { data: "not due" }, "when it is looked for ahead");
});

test("claims walk the index of what is due and of locks, never the table", async (t) => {
  const { claim, database } = await repositoryOf(t);
  await claim();
  await claim();
  const searched = database.texts.filter((sql) => /jobs_due/.test(sql));
  t.ok(searched.length > 0);
  for (const sql of searched) {
    const plan = database
      .statement<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all({ name: "a", by: 0, lapsed: 0, now: 0, holder: "" });
    t.notOk(
      plan.some(({ detail }) => /SCAN jobs|TEMP B-TREE/.test(detail)),
      sql,
    );
  }
});

test("a lapsed lock is claimed anew, also behind a steady stream of due jobs", async (t) => {
  const { save, claim, database } = await repositoryOf(t);
  const { _id } = await save(job("a", { nextRunAt: past }));
  t.equal((await claim())?._id, _id);
  t.equal(await claim(), undefined);
  t.match(await claim(future), { _id, claim: 2 });
  database.statement("UPDATE jobs SET locked_at = 1").run();
  for (let n = 0; n < 60; n += 1) await save(job("a", { nextRunAt: long }));
  const claimed = [];
  for (let n = 0; n < 55; n += 1) claimed.push((await claim())?._id);
  t.ok(claimed.includes(_id));
});

test("only the holder of the newest lock may save the state of a job", async (t) => {
  const { save, claim, stored, repository } = await repositoryOf(t);
  await save(job("a", { nextRunAt: past }));
  const first = (await claim())!;
  const second = (await claim(future))!;
  await t.rejects(repository.saveJobState(ended(first), undefined), { message: /another holds it/ });
  await repository.unlockJob(first);
  t.same((await stored(first._id))?.lockedAt, second.lockedAt, "the lock of the second is still there");
  await repository.saveJobState(ended(second), undefined);
  t.equal(await stored(first._id), null);
  await t.rejects(repository.saveJobState(ended(second), undefined), { message: /is gone/ });
  await t.rejects(repository.saveJobState(job("a"), undefined), { message: /without an id/ });
});

test("a job that ended well without a next time is gone; one that failed, or runs on, stays", async (t) => {
  const { save, claim, stored, repository } = await repositoryOf(t);
  const { _id } = await save(job("a", { nextRunAt: past }));
  const claimed = (await claim())!;
  await repository.saveJobState({ ...claimed, nextRunAt: null, progress: 50 }, { lastModifiedBy: "you" });
  t.match(await stored(_id), { progress: 50, lastModifiedBy: "you", nextRunAt: null, lockedAt: claimed.lockedAt });
  await repository.saveJobState(ended(claimed, { failCount: 1, failReason: "Error", failedAt: new Date() }), undefined);
  t.match(await stored(_id), { failCount: 1, failReason: "Error", nextRunAt: null });
  await repository.saveJobState(ended(claimed, { nextRunAt: future }), undefined);
  t.match(await stored(_id), { nextRunAt: future });
  await repository.saveJobState(ended(claimed), undefined);
  t.equal(await stored(_id), null);
});

for (const [own, set, kept] of [
  [null, future, future],
  [future, past, past],
  [past, future, past],
] as const) {
  test(`a run that ends with ${own ? "a time" : "none"} keeps the earlier one that was set meanwhile`, async (t) => {
    const { save, claim, stored, repository, alarms } = await repositoryOf(t);
    const { _id } = await save(job("a", { nextRunAt: past }));
    const claimed = (await claim())!;
    await save({ ...job("a", { nextRunAt: set }), _id: _id! });
    const state = ended(claimed, { nextRunAt: own });
    await repository.saveJobState(state, undefined);
    t.same((await stored(_id))?.nextRunAt, kept);
    t.same(state.nextRunAt, kept, "Agenda is told, and does not remove the job");
    t.ok(Math.abs(Number(await alarms.next("a")) - (kept.getTime() - Date.now())) < 5_000);
  });
}

test("lockJob takes a job that is as it was seen", async (t) => {
  const { save, repository } = await repositoryOf(t);
  const seen = await save(job("a", { nextRunAt: future }));
  t.equal(await repository.lockJob({ ...seen, nextRunAt: past }, undefined), undefined);
  t.equal(await repository.lockJob(job("a"), undefined), undefined);
  t.match(await repository.lockJob(seen, { lastModifiedBy: "me" }), {
    _id: seen._id,
    lockedAt: Date,
    lastModifiedBy: "me",
  });
  t.equal(await repository.lockJob(seen, undefined), undefined, "it is locked");
});

test("locks are given back one by one or together", async (t) => {
  const { save, claim, repository } = await repositoryOf(t);
  const ids = [];
  for (let n = 0; n < 3; n += 1) ids.push((await save(job("a", { nextRunAt: past })))._id!);
  const claimed = [(await claim())!, (await claim())!, (await claim())!];
  await repository.unlockJob(claimed[0]!);
  t.equal((await claim())?._id, claimed[0]?._id);
  await repository.saveJobState({ ...claimed[1]!, nextRunAt: null }, undefined);
  await repository.unlockJob(claimed[1]!);
  t.equal(await claim(), undefined, "a job without a time runs: it is not unlocked alone");
  await repository.unlockJob(job("a"));
  await repository.unlockJobs([]);
  await repository.unlockJobs(ids);
  t.equal((await repository.queryJobs({ state: "running" })).total, 0);
});

test("freeLocks gives up every lock and makes what has no time due", async (t) => {
  const { save, claim, stored, repository, alarms } = await repositoryOf(t);
  await save(job("a", { nextRunAt: past, data: 1 }));
  await save(job("a", { nextRunAt: past, data: 2 }));
  await save(job("a", { nextRunAt: null, data: 3 }));
  const [first, second] = [(await claim())!, (await claim())!];
  await repository.saveJobState({ ...second, nextRunAt: null }, undefined);
  t.equal(await alarms.freeLocks(1_000), 2);
  t.match(await stored(first._id), { nextRunAt: past, lockedAt: undefined });
  t.match(await stored(second._id), { nextRunAt: new Date(1_000), lockedAt: undefined });
  t.equal(await alarms.freeLocks(1_000), 0);
});

test("the locks of one holder are known and freed without those of others", async (t) => {
  const { repository, alarms } = await repositoryOf(t);
  const lock = async (holder: string) =>
    (await repository.getNextJobToRun("a", new Date(), long, undefined, { lastModifiedBy: holder })) as ClaimedJob;
  await alarms.set("a", "one", past.getTime());
  await lock("dead");
  await alarms.set("a", "two", past.getTime());
  await lock("alive");
  t.same(await alarms.held("dead"), [{ name: "a", id: "one" }]);
  t.equal(await alarms.freeLocks(Date.now(), "dead"), 1);
  t.same(await alarms.held("dead"), []);
  t.same(
    await alarms.list("a", ["one", "two"]),
    new Map([
      ["one", past.getTime()],
      ["two", 0],
    ]),
  );
});

test("locks that another has taken since are not given up", async (t) => {
  const { save, claim, stored, alarms } = await repositoryOf(t);
  await save(job("a", { nextRunAt: past }));
  const first = (await claim())!;
  const second = (await claim(future))!;
  await alarms.giveUp([]);
  await alarms.giveUp([{ id: first._id!, claim: first.claim }]);
  t.same((await stored(first._id))?.lockedAt, second.lockedAt);
  await alarms.giveUp([{ id: first._id!, claim: second.claim }]);
  t.equal((await stored(first._id))?.lockedAt, undefined);
});

test("a time set during a run that dies is kept until the next run ends", async (t) => {
  const { claim, repository, alarms } = await repositoryOf(t);
  await alarms.set("a", "one", past.getTime());
  await claim();
  await alarms.set("a", "one", future.getTime());
  await alarms.freeLocks(Date.now());
  t.same(await alarms.list("a", ["one"]), new Map([["one", past.getTime()]]));
  await repository.saveJobState(ended((await claim())!), undefined);
  t.same(await alarms.list("a", ["one"]), new Map([["one", future.getTime()]]));
});

test("renewing dates the locks that are still held", async (t) => {
  const { save, claim, stored, alarms } = await repositoryOf(t);
  await save(job("a", { nextRunAt: past }));
  const first = (await claim())!;
  await alarms.renew([{ id: first._id!, claim: first.claim }], 1_000);
  t.same((await stored(first._id))?.lockedAt, new Date(1_000));
  const second = (await claim(future))!;
  await alarms.renew([{ id: first._id!, claim: first.claim }], 1_000);
  t.same((await stored(first._id))?.lockedAt, second.lockedAt);
});
