import { once } from "node:events";
import { test, type Test } from "tap";
import { Agenda, type Job } from "agenda";
import { until } from "../../../core/contracts/suites/jobs-parts.js";
import { openJobs } from "./schedulers.js";

/** Agenda as it comes, on our backend: what its own backends can do, this one can. */
async function agendaOn(t: Test) {
  const { subject, close } = await openJobs();
  const agenda = new Agenda({
    backend: subject.backend,
    processEvery: 20,
    defaultLockLifetime: 500,
    removeOnComplete: true,
  });
  t.teardown(async () => {
    await agenda.stop();
    await close();
  });
  return { agenda, ...subject };
}

test("jobs run, repeat, are cancelled, and the connection stays open", async (t) => {
  const { agenda, database } = await agendaOn(t);
  const ran: unknown[] = [];
  agenda.define("once", async (job: Job<{ n: number }>) => void ran.push(job.attrs.data.n));
  agenda.define("often", async () => void ran.push("often"));
  await agenda.start();
  await agenda.now("once", { n: 1 });
  await agenda.schedule(new Date(Date.now() + 100), "once", { n: 2 });
  await agenda.every(30, "often");
  await agenda.every(30, "often");
  await until(() => ran.includes(1) && ran.includes(2) && ran.filter((what) => what === "often").length >= 3);
  await until(async () => (await agenda.queryJobs({ name: "once" })).total === 0);
  t.equal((await agenda.queryJobs({ name: "often" })).total, 1);
  t.equal(await agenda.cancel({ name: "often" }), 1);
  t.equal(await agenda.cancelAll(), 0);
  await agenda.stop();
  t.same(database.statement("SELECT count(*) AS n FROM jobs").get(), { n: 0 });
});

test("Agenda does not remove a job that was given another time while it ran", async (t) => {
  const { agenda, backend } = await agendaOn(t);
  const later = Date.now() + 3_600_000;
  agenda.define("job", async (job: Job<{ id: string }>) => backend.alarms.set("job", job.attrs.data.id, later));
  await backend.alarms.set("job", "one", Date.now());
  const complete = once(agenda, "complete");
  await agenda.start();
  await complete;
  // Writes keep their order: what Agenda would remove now is removed before this one resolves.
  await backend.alarms.set("job", "two", later);
  t.same(await backend.alarms.list("job", ["one"]), new Map([["one", later]]));
});

test("a job that failed and has no back-off stays, and is told as failed", async (t) => {
  const { agenda } = await agendaOn(t);
  agenda.define("job", () => Promise.reject(new Error("no")));
  await agenda.start();
  await agenda.now("job", undefined);
  await until(async () => (await agenda.queryJobs({ state: "failed" })).total === 1);
  t.match((await agenda.queryJobs()).jobs, [{ failReason: "no", failCount: 1, nextRunAt: null }]);
});

test("a repeating job that a crash left locked with its next time set runs at that time", async (t) => {
  const { agenda, backend, database } = await agendaOn(t);
  let runs = 0;
  agenda.define("often", async () => void (runs += 1));
  await agenda.every(3_600_000, "often", undefined, { skipImmediate: true });
  database.statement("UPDATE jobs SET locked_at = 1, next_run_at = ?").run(Date.now() + 200);
  await agenda.start();
  await until(async () => runs > 0 && ((await backend.alarms.next("often")) ?? 0) > 0);
  t.equal(runs, 1);
});
