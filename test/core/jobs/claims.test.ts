import type { JobParameters, JobRepository } from "agenda";
import { test } from "tap";
import type { AlarmBackend, ClaimedJob } from "../../../core/jobs/backend.js";
import { Bell } from "../../../core/jobs/bell.js";
import { Claims } from "../../../core/jobs/claims.js";
import { job, keptLog } from "./schedulers.js";

/** Claims over a storage that has these jobs due, and what was written of them. */
function claimsOver(ids: readonly string[]) {
  const due = ids.map((id) => ({ ...job("job"), _id: id, claim: 1 }) as unknown as ClaimedJob);
  const saved: string[] = [];
  const givenUp: string[] = [];
  const repository: Partial<JobRepository> = {
    saveJobState: (state) => Promise.resolve(void saved.push(String(state._id))),
  };
  const alarms: Partial<AlarmBackend["alarms"]> = {
    giveUp: (locks) => Promise.resolve(void givenUp.push(...locks.map(({ id }) => id))),
  };
  const looks: number[] = [];
  const lot: AlarmBackend["lot"] = (_name, most) => {
    looks.push(most);
    const jobs = due.splice(0, most);
    return Promise.resolve({ jobs, next: due.length > 0 ? 0 : undefined });
  };
  const backend = { repository, alarms, lot } as unknown as AlarmBackend;
  const bell = new Bell();
  const claims = new Claims(backend, bell, keptLog(), { lockLifetime: 60_000, lookEvery: 60_000, stagger: 0 });
  claims.limit("job", 10);
  claims.open();
  const ask = (): Promise<JobParameters | undefined> => {
    const now = new Date();
    return claims.repository.getNextJobToRun("job", now, now, now, undefined);
  };
  const take = async (): Promise<JobParameters> => {
    const taken = await ask();
    if (!taken) throw new Error("No job was due");
    return taken;
  };
  /** As Agenda does when a run begins, and when it ends. */
  const begin = (taken: JobParameters) => claims.repository.saveJobState(taken, undefined);
  const end = (taken: JobParameters) =>
    claims.repository.saveJobState({ ...taken, lockedAt: undefined } as never, undefined);
  return { claims, bell, ask, take, begin, end, saved, givenUp, looks };
}

test("a job that was given back before it began counts once, whatever Agenda does with it afterwards", async (t) => {
  const { claims, take, begin, end, saved, givenUp } = claimsOver(["running", "waiting"]);
  const [running, waiting] = [await take(), await take()];
  await begin(running);
  let closed = false;
  const closing = claims.close(10_000).then((left) => {
    closed = true;
    return left;
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.same(givenUp, ["waiting"]);
  await begin(waiting);
  t.notOk(claims.mayRun(waiting));
  await end(waiting);
  await new Promise((resolve) => setImmediate(resolve));
  t.notOk(closed, "another one still runs");
  t.same(saved, [], "nothing is written of a job that is anybody's");
  await end(running);
  t.equal(await closing, 0);
  t.same(saved, ["running"]);
});

test("jobs are taken in lots, and not looked for again when there are no more, until the bell rings", async (t) => {
  const ids = Array.from({ length: 12 }, (_, n) => `${n}`);
  const { bell, ask, end, looks } = claimsOver(ids);
  await bell.connect();
  t.teardown(() => bell.disconnect());
  const taken = await Promise.all(Array.from({ length: 12 }, ask));
  t.same(taken.flatMap((job) => job?._id ?? []).map(String), ids.slice(0, 10), "ten places");
  t.same(looks, [10]);
  await end(taken[0]!);
  t.match(await ask(), { _id: "10" });
  await Promise.all([end(taken[1]!), end(taken[2]!)]);
  t.match(await ask(), { _id: "11" });
  t.same(looks, [10, 1, 2]);
  t.equal(await ask(), undefined);
  t.same(looks, [10, 1, 2], "it is known that there is none");
  bell.ring("job", 0);
  t.equal(await ask(), undefined);
  t.same(looks, [10, 1, 2, 1]);
});

test("what was taken and not asked for yet is given back at the end", async (t) => {
  const { claims, take, ask, givenUp } = claimsOver(["asked for", "in stock"]);
  await take();
  t.equal(await claims.close(0), 0);
  t.same(givenUp, ["asked for", "in stock"]);
  t.equal(await ask(), undefined);
});
