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
    getNextJobToRun: () => Promise.resolve(due.shift()),
    saveJobState: (state) => Promise.resolve(void saved.push(String(state._id))),
  };
  const alarms: Partial<AlarmBackend["alarms"]> = {
    next: () => Promise.resolve(undefined),
    giveUp: (locks) => Promise.resolve(void givenUp.push(...locks.map(({ id }) => id))),
  };
  const backend = { repository, alarms } as unknown as AlarmBackend;
  const claims = new Claims(backend, new Bell(), keptLog(), { lockLifetime: 60_000, lookEvery: 0, stagger: 0 });
  claims.limit("job", 10);
  claims.open();
  const take = async (): Promise<JobParameters> => {
    const now = new Date();
    const taken = await claims.repository.getNextJobToRun("job", now, now, now, undefined);
    if (!taken) throw new Error("No job was due");
    return taken;
  };
  /** As Agenda does when a run begins, and when it ends. */
  const begin = (taken: JobParameters) => claims.repository.saveJobState(taken, undefined);
  const end = (taken: JobParameters) =>
    claims.repository.saveJobState({ ...taken, lockedAt: undefined } as never, undefined);
  return { claims, take, begin, end, saved, givenUp };
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
