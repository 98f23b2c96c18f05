import type { JobParameters } from "agenda";
import type { ClaimedJob } from "../../../../core/jobs/backend.js";
import { mongodbAgendaBackend } from "../../../../core/stores/mongodb/jobs.js";
import { job, onGround, openGround } from "./cluster.js";

const long = new Date(Date.now() - 600_000);
const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 60_000);

async function repositoryOf() {
  const { database, jobs } = await openGround();
  const { repository, alarms } = mongodbAgendaBackend(database);
  const save = (parameters: JobParameters): Promise<JobParameters> => repository.saveJob(parameters, undefined);
  const claim = async (lockDeadline = long, nextScanAt = new Date()): Promise<ClaimedJob | undefined> =>
    (await repository.getNextJobToRun("a", nextScanAt, lockDeadline, undefined, { lastModifiedBy: "me" })) as
      ClaimedJob | undefined;
  const stored = (id: string | undefined): Promise<JobParameters | null> => repository.getJobById(String(id));
  return { repository, alarms, save, claim, stored, jobs, database };
}

/** What Agenda saves when a run has ended. */
function ended(claimed: ClaimedJob, changes: Partial<JobParameters> = {}): ClaimedJob {
  const { lockedAt: _, ...rest } = claimed;
  return { ...rest, nextRunAt: null, lastRunAt: new Date(), lastFinishedAt: new Date(), ...changes };
}

onGround("what is due is claimed earliest first, then by priority, each once", async (t) => {
  const { save, claim } = await repositoryOf();
  await save(job("a", { nextRunAt: past, data: 3 }));
  await save(job("a", { nextRunAt: past, data: 2, priority: 10 }));
  await save(job("a", { nextRunAt: new Date(past.getTime() - 1), data: 1, priority: -10 }));
  await save(job("a", { nextRunAt: future, data: "not due" }));
  await save(job("a", { nextRunAt: null, data: "no time" }));
  await save(job("a", { nextRunAt: past, disabled: true, data: "disabled" }));
  await save(job("b", { nextRunAt: long, data: "another name" }));
  const claimed = await Promise.all(Array.from({ length: 6 }, () => claim()));
  t.same(claimed.map((found) => found?.data).sort(), [1, 2, 3, undefined, undefined, undefined]);
  t.match(claimed[0], { claim: 1, lastModifiedBy: "me", lockedAt: Date });
  t.match(await claim(long, new Date(Date.now() + 61_000)), { data: "not due" }, "when it is looked for ahead");
});

onGround("claims and looks walk the index, whatever lies behind what they find", async (t) => {
  const { jobs, claim, alarms, database } = await repositoryOf();
  const many = Array.from({ length: 500 }, (_, n) => ({
    name: "a",
    key: `${n}`,
    data: { id: `${n}` },
    type: "normal" as const,
    priority: 0,
    nextRunAt: n < 250 ? new Date(future.getTime() + n) : past,
    lockedAt: n < 250 ? null : new Date(),
  }));
  await jobs.insertMany(many as never);
  await database.db.command({ profile: 2 });
  try {
    t.equal(await claim(), undefined);
    t.ok(Number(await alarms.next("a")) > 1_000);
    await alarms.set("a", "7", future.getTime());
    await alarms.list("a", ["7", "8"]);
  } finally {
    await database.db.command({ profile: 0 });
  }
  const done = await database.db
    .collection("system.profile")
    .find({ ns: `${database.db.databaseName}.jobs` })
    .toArray();
  await database.db.collection("system.profile").drop();
  t.ok(done.length >= 4, `${done.length} operations`);
  for (const { command, docsExamined, keysExamined, hasSortStage, planSummary } of done) {
    const told = JSON.stringify([command, planSummary, keysExamined, docsExamined]);
    t.ok(Number(docsExamined ?? 0) <= 3 && Number(keysExamined ?? 0) <= 8, told);
    t.notOk(hasSortStage, told);
  }
});

onGround("a lapsed lock is claimed anew, also behind a steady stream of due jobs", async (t) => {
  const { save, claim, jobs } = await repositoryOf();
  const { _id } = await save(job("a", { nextRunAt: past }));
  t.equal((await claim())?._id, _id);
  t.equal(await claim(), undefined);
  t.match(await claim(future), { _id, claim: 2 });
  await jobs.updateMany({}, { $set: { lockedAt: new Date(1) } });
  await Promise.all(Array.from({ length: 60 }, () => save(job("a", { nextRunAt: long }))));
  const claimed = [];
  for (let n = 0; n < 55; n += 1) claimed.push((await claim())?._id);
  t.ok(claimed.includes(_id));
});

onGround("only the holder of the newest lock may save the state of a job", async (t) => {
  const { save, claim, stored, repository } = await repositoryOf();
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

onGround("a job that ended well without a next time is gone; one that failed, or runs on, stays", async (t) => {
  const { save, claim, stored, repository } = await repositoryOf();
  const { _id } = await save(job("a", { nextRunAt: past }));
  const claimed = (await claim())!;
  await repository.saveJobState({ ...claimed, nextRunAt: null, progress: 50 }, { lastModifiedBy: "you" });
  t.match(await stored(_id), { progress: 50, lastModifiedBy: "you", nextRunAt: null, lockedAt: claimed.lockedAt });
  const failure = { failCount: 1, failReason: "$name is no path", failedAt: new Date() };
  await repository.saveJobState(ended(claimed, failure), undefined);
  t.match(await stored(_id), { failCount: 1, failReason: "$name is no path", nextRunAt: null });
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
  onGround(
    `a run that ends with ${own ? "a time" : "none"} keeps the earlier one that was set meanwhile`,
    async (t) => {
      const { claim, stored, repository, alarms } = await repositoryOf();
      await alarms.set("a", "one", long.getTime());
      const claimed = (await claim())!;
      await alarms.set("a", "one", set.getTime());
      const state = ended(claimed, { nextRunAt: own });
      await repository.saveJobState(state, undefined);
      t.same((await stored(claimed._id))?.nextRunAt, kept);
      t.same(state.nextRunAt, kept, "Agenda is told, and does not remove the job");
      t.ok(Math.abs(Number(await alarms.next("a")) - (kept.getTime() - Date.now())) < 5_000);
    },
  );
}

onGround("saving a job that is there leaves its lock, and keeps a time for the end of its run", async (t) => {
  const { save, claim, stored, repository } = await repositoryOf();
  const { _id } = await save(job("a", { nextRunAt: past }));
  const claimed = (await claim())!;
  await save({ ...job("a", { nextRunAt: future, data: { text: "$name" } }), _id: _id! });
  t.match(await stored(_id), { lockedAt: claimed.lockedAt, data: { text: "$name" } });
  await repository.saveJobState(ended(claimed), undefined);
  t.match(await stored(_id), { nextRunAt: future });
  const gone = { ...job("b"), _id: _id! };
  t.equal(await save(gone), gone, "another name is another job: nothing is saved");
  await t.rejects(save({ ...job("a"), _id: "no id" as never }), { message: /no job/ });
});

onGround("lockJob takes a job that is as it was seen", async (t) => {
  const { save, repository } = await repositoryOf();
  const seen = await save(job("a", { nextRunAt: future }));
  t.equal(await repository.lockJob({ ...seen, nextRunAt: past }, undefined), undefined);
  t.equal(await repository.lockJob(job("a"), undefined), undefined);
  t.match(await repository.lockJob(seen, { lastModifiedBy: "me" }), { _id: seen._id, lockedAt: Date });
  t.equal(await repository.lockJob(seen, undefined), undefined, "it is locked");
});

onGround("locks are given back one by one or together, and those of another are left", async (t) => {
  const { save, claim, repository, alarms, stored } = await repositoryOf();
  for (let n = 0; n < 3; n += 1) await save(job("a", { nextRunAt: past }));
  const claimed = [(await claim())!, (await claim())!, (await claim())!];
  await repository.unlockJob(claimed[0]!);
  t.equal((await claim())?._id, claimed[0]?._id);
  await alarms.giveUp([{ id: claimed[0]!._id!, claim: 1 }]);
  t.ok((await stored(claimed[0]?._id))?.lockedAt, "the second claim holds it");
  await repository.unlockJob(job("a"));
  await repository.unlockJobs([]);
  await repository.unlockJobs(claimed.map(({ _id }) => _id!));
  t.equal((await repository.queryJobs({ state: "running" })).total, 0);
  await alarms.giveUp([]);
});

onGround("the locks of one holder are known and freed without those of others", async (t) => {
  const { repository, alarms } = await repositoryOf();
  for (const [id, lastModifiedBy] of [
    ["one", "dead"],
    ["two", "alive"],
  ] as const) {
    await alarms.set("a", id, past.getTime());
    await repository.getNextJobToRun("a", new Date(), long, undefined, { lastModifiedBy });
  }
  t.same(await alarms.held("dead"), [{ name: "a", id: "one" }]);
  t.equal(await alarms.freeLocks(Date.now(), "dead"), 1);
  const one = new Map([["one", past.getTime()]]);
  t.same(await alarms.list("a", ["one", "two"]), one.set("two", 0));
  t.equal(await alarms.freeLocks(Date.now()), 1);
  t.equal(await alarms.freeLocks(Date.now()), 0);
});

onGround("a lock is dated by the database, whatever the clock of its holder says", async (t) => {
  const { repository, alarms, stored } = await repositoryOf();
  await alarms.set("a", "one", past.getTime());
  const wrong = Date.now() + 3_600_000;
  const claimed = (await repository.getNextJobToRun(
    "a",
    new Date(wrong),
    new Date(wrong - 60_000),
    new Date(wrong),
    {},
  ))!;
  const age = (at: Date | undefined): number => Math.abs(Number(at) - Date.now());
  t.ok(age(claimed.lockedAt) < 5_000);
  const again = await repository.getNextJobToRun("a", new Date(wrong), new Date(wrong - 60_000), new Date(wrong), {});
  t.equal(again, undefined, "it has not lapsed for somebody whose clock is an hour ahead");
  await alarms.renew([{ id: claimed._id!, claim: 1 }], wrong);
  t.ok(age((await stored(claimed._id))?.lockedAt) < 5_000);
});

onGround("an alarm that many set at once is one, and the earliest time holds", async (t) => {
  const { alarms, jobs, database } = await repositoryOf();
  const other = mongodbAgendaBackend(database).alarms;
  const ids = Array.from({ length: 50 }, (_, n) => `${n}`);
  await Promise.all(
    ids.flatMap((id, n) => [alarms.set("a", id, future.getTime() + n), other.set("a", id, past.getTime())]),
  );
  t.equal(await jobs.countDocuments(), 50);
  t.same(new Set((await alarms.list("a", ids)).values()), new Set([past.getTime()]));
  await alarms.set("a", "odd", Number.MAX_SAFE_INTEGER);
  t.ok(Number((await alarms.list("a", ["odd"])).get("odd")) > future.getTime());
  await t.rejects(jobs.insertOne({ name: "a", key: "1", nextRunAt: null } as never), { code: 11_000 });
});
