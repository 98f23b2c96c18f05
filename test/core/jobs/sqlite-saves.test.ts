import { test, type Test } from "tap";
import type { JobParameters } from "agenda";
import { job, openJobs } from "./schedulers.js";

const soon = new Date(Date.now() + 60_000);
const later = new Date(Date.now() + 120_000);
const past = new Date(Date.now() - 60_000);

async function repositoryOf(t: Test) {
  const { subject, close } = await openJobs();
  t.teardown(close);
  const { repository } = subject.backend;
  const save = (parameters: JobParameters): Promise<JobParameters> => repository.saveJob(parameters, undefined);
  const count = async (): Promise<number> => (await repository.queryJobs()).total;
  return { repository, save, count, database: subject.database };
}

test("a job without an id is a new one", async (t) => {
  const { save, count } = await repositoryOf(t);
  const [first, second] = [await save(job("a", { data: { n: 1 } })), await save(job("a", { data: { n: 1 } }))];
  t.not(first._id, second._id);
  t.equal(await count(), 2);
});

test("a job with an id is that job, and what the processor manages is left alone", async (t) => {
  const { save, repository } = await repositoryOf(t);
  const { _id } = await save(job("a", { nextRunAt: past, repeatAt: "noon" }));
  const claimed = await repository.getNextJobToRun("a", new Date(), past, undefined, undefined);
  const changed = await save({ ...job("a", { nextRunAt: soon, data: 7 }), _id: _id! });
  t.match(changed, { _id, nextRunAt: soon, data: 7, lockedAt: claimed?.lockedAt });
  t.equal(changed.repeatAt, undefined);
  const gone = { ...job("b"), _id: _id! };
  t.equal(await save(gone), gone, "another name is another job: nothing is saved");
});

test("there is one job of type single for a name; its time is only moved to a later one", async (t) => {
  const { save, count } = await repositoryOf(t);
  const single = (nextRunAt: Date): JobParameters => job("a", { type: "single", nextRunAt, repeatInterval: "1 hour" });
  const first = await save(single(past));
  t.same(first.nextRunAt, past);
  t.match(await save(single(soon)), { _id: first._id, nextRunAt: soon });
  t.match(await save(single(past)), { _id: first._id, nextRunAt: soon });
  t.equal(await count(), 1);
});

test("unique() updates the one that is there, insertOnly leaves it, however many come at once", async (t) => {
  const { save, count } = await repositoryOf(t);
  const unique = { "data.user.id": 7, type: "normal" };
  const of = (n: number, parameters: Partial<JobParameters> = {}): JobParameters =>
    job("a", { data: { user: { id: 7 }, n }, unique, ...parameters });
  const saved = await Promise.all([1, 2, 3, 4, 5].map((n) => save(of(n))));
  t.equal(new Set(saved.map(({ _id }) => _id)).size, 1);
  t.match(await save(of(6, { uniqueOpts: { insertOnly: true } })), { _id: saved[0]?._id, data: { n: 5 } });
  t.equal(await count(), 1);
  await save(job("a", { data: { user: { id: 8 } }, unique: { "data.user.id": 8 }, uniqueOpts: { insertOnly: true } }));
  await save(job("b", { data: { user: { id: 7 } }, unique }));
  t.equal(await count(), 3);
});

test("unique() compares fields of a job for equality and nothing else", async (t) => {
  const { save } = await repositoryOf(t);
  await t.rejects(save(job("a", { unique: { "data.n": { $gt: 1 } } })), { message: /equality only: data\.n/ });
  await t.rejects(save(job("a", { unique: { $where: "1" } })), { message: /\$where, which no job has/ });
});

test("debounce puts a job off with each save, but not for longer than maxWait", async (t) => {
  const { save, database } = await repositoryOf(t);
  const debounced = (delay: number, maxWait?: number): Promise<JobParameters> =>
    save(
      job("a", {
        data: { id: 1 },
        unique: { "data.id": 1 },
        uniqueOpts: { debounce: { delay, ...(maxWait !== undefined && { maxWait }) } },
      }),
    );
  const before = Date.now();
  const first = await debounced(60_000);
  t.ok(first.nextRunAt!.getTime() >= before + 60_000);
  t.ok(first.debounceStartedAt!.getTime() >= before);
  const second = await debounced(90_000, 1_000_000);
  t.equal(second._id, first._id);
  t.ok(second.nextRunAt!.getTime() >= before + 90_000);
  t.same(second.debounceStartedAt, first.debounceStartedAt);
  database.statement("UPDATE jobs SET debounce_started_at = debounce_started_at - 5000").run();
  const forced = await debounced(60_000, 5_000);
  t.ok(forced.nextRunAt!.getTime() <= Date.now());
  t.equal(forced.debounceStartedAt, undefined);
});

test("a leading debounce keeps the first time and takes the last data", async (t) => {
  const { save } = await repositoryOf(t);
  const leading = (n: number, nextRunAt: Date): Promise<JobParameters> =>
    save(
      job("a", {
        nextRunAt,
        data: { id: 1, n },
        unique: { "data.id": 1 },
        uniqueOpts: { debounce: { delay: 1_000, strategy: "leading" } },
      }),
    );
  const first = await leading(1, soon);
  t.match(first, { nextRunAt: soon, debounceStartedAt: Date });
  t.match(await leading(2, later), { _id: first._id, nextRunAt: soon, data: { n: 2 } });
});
