import { gate, recording, until } from "../../../../core/contracts/suites/jobs-parts.js";
import { bells } from "../../../../core/stores/mongodb/jobs-bells.js";
import { jobsListener } from "../../../../core/stores/mongodb/jobs-listener.js";
import { keptLog, onGround, openGround, openNode, schedulerOn } from "./cluster.js";

const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));

onGround("three nodes ring each of 600 alarms once, and share them", async (t) => {
  const nodes = await Promise.all(["a", "b", "c"].map((name) => openNode(t, name)));
  const runs: { id: string; node: string }[] = [];
  for (const { name, scheduler } of nodes) {
    const run = async (id: string): Promise<undefined> => {
      runs.push({ id, node: name });
      await new Promise((resolve) => setTimeout(resolve, 5));
      return undefined;
    };
    scheduler.define("job", { run }, { concurrency: 8 });
    await scheduler.start();
  }
  await Promise.all(ids(600).map((id) => nodes[0]!.scheduler.schedule("job", id, Date.now())));
  await until(() => runs.length >= 600, 30_000);
  const { jobs } = await openGround();
  await until(async () => (await jobs.countDocuments()) === 0);
  t.equal(runs.length, 600);
  t.equal(new Set(runs.map(({ id }) => id)).size, 600);
  for (const { name } of nodes) {
    const share = runs.filter(({ node }) => node === name).length;
    t.ok(share >= 100, `${name} did ${share}`);
  }
  for (const { log } of nodes) t.same(log.lines, []);
});

onGround("a node that has no place left does not keep alarms from one that has", async (t) => {
  const busy = await openNode(t, "busy", { processEvery: 600_000 });
  const idle = await openNode(t, "idle", { processEvery: 600_000 });
  const held = gate();
  const long = recording(() => held.opened.then(() => undefined));
  const done = recording(() => undefined);
  busy.scheduler.define("job", long, { concurrency: 2 });
  idle.scheduler.define("job", done, { concurrency: 2 });
  await busy.scheduler.start();
  for (const id of ["1", "2"]) await busy.scheduler.schedule("job", id, Date.now());
  await until(() => long.runs.length === 2);
  await idle.scheduler.start();
  await until(() => idle.looks.empty > 0);
  const set = Date.now();
  await busy.scheduler.schedule("job", "3", set);
  await until(() => done.runs.length === 1, 5_000);
  t.ok(done.runs[0]!.at - set < 1_000, `${done.runs[0]!.at - set} ms`);
  held.open();
});

onGround("what a node without jobs of its own sets is rung at once by one that has them", async (t) => {
  const worker = await openNode(t, "worker", { processEvery: 600_000 });
  const api = await openNode(t, "api");
  const job = recording(() => undefined);
  worker.scheduler.define("job", job, { concurrency: 4 });
  await worker.scheduler.start();
  await until(() => worker.looks.empty > 1);
  const late: number[] = [];
  for (const id of ids(20)) {
    const set = Date.now();
    await api.scheduler.schedule("job", id, set);
    await until(() => job.runs.length === late.length + 1, 5_000);
    late.push(job.runs.at(-1)!.at - set);
  }
  late.sort((a, b) => a - b);
  t.comment(`ms from set to rung: median ${late[10]}, worst ${late.at(-1)}`);
  t.ok(late[10]! < 500, late.join());
});

onGround("however many alarms come, a node looks in vain a few times a second", async (t) => {
  const api = await openNode(t, "api");
  const workers = await Promise.all(["a", "b", "c", "d"].map((name) => openNode(t, name)));
  let runs = 0;
  for (const { scheduler } of workers) {
    const run = (): Promise<undefined> => Promise.resolve(void (runs += 1));
    scheduler.define("job", { run }, { concurrency: 16 });
    await scheduler.start();
  }
  const begun = Date.now();
  const setting: Promise<void>[] = [];
  for (let n = 0; n < 1_000; n += 1) {
    setting.push(api.scheduler.schedule("job", String(n), Date.now()));
    if (n % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(setting);
  await until(() => runs === 1_000, 30_000);
  const seconds = (Date.now() - begun) / 1_000;
  const empty = workers.map(({ looks }) => looks.empty);
  t.comment(`1,000 alarms in ${seconds.toFixed(1)} s; empty looks of four nodes: ${empty.join()}`);
  for (const count of empty) t.ok(count <= 20 + 60 * seconds, `${count} in ${seconds} s`);
});

onGround("what a dead node held runs elsewhere when its locks have lapsed", async (t) => {
  const dead = await openNode(t, "dead");
  const alive = await openNode(t, "alive", { lockLifetime: 1_000, processEvery: 250 });
  await dead.scheduler.schedule("job", "one", Date.now());
  await dead.backend.repository.getNextJobToRun("job", new Date(), new Date(0), undefined, { lastModifiedBy: "dead" });
  const locked = Date.now();
  const job = recording(() => undefined);
  alive.scheduler.define("job", job, { concurrency: 1 });
  await alive.scheduler.start();
  await until(() => job.runs.length === 1);
  t.ok(job.runs[0]!.at - locked >= 900, "not before");
  await until(async () => (await alive.scheduler.alarms("job", ["one"])).size === 0);
});

onGround("the lock of a job that runs longer than a lock lives is renewed", async (t) => {
  const node = await openNode(t, "a", { lockLifetime: 600 });
  const other = await openNode(t, "b", { lockLifetime: 600, processEvery: 250 });
  const held = gate();
  const job = recording(() => held.opened.then(() => undefined));
  const stolen = recording(() => undefined);
  node.scheduler.define("job", job, { concurrency: 1 });
  other.scheduler.define("job", stolen, { concurrency: 1 });
  await node.scheduler.start();
  await node.scheduler.schedule("job", "one", Date.now());
  await until(() => job.runs.length === 1);
  await other.scheduler.start();
  const since = Date.now();
  await until(() => Date.now() > since + 2_000);
  t.same(stolen.runs, []);
  held.open();
  await until(async () => (await node.scheduler.alarms("job", ["one"])).size === 0);
});

onGround("a node that was frozen for longer than its locks live is fenced when it wakes", async (t) => {
  const { jobs } = await openGround();
  // Its renewals are what stops while it is frozen.
  const frozen = await openNode(t, "frozen", { lockLifetime: 600_000 });
  const awake = await openNode(t, "awake", { lockLifetime: 500, processEvery: 250 });
  const held = gate();
  const first = recording(() => held.opened.then(() => undefined));
  const second = recording(() => Date.now() + 3_600_000);
  frozen.scheduler.define("job", first, { concurrency: 1 });
  awake.scheduler.define("job", second, { concurrency: 1 });
  await frozen.scheduler.start();
  await frozen.scheduler.schedule("job", "one", Date.now());
  await until(() => first.runs.length === 1);
  await awake.scheduler.start();
  await until(() => second.runs.length === 1);
  await until(async () => ((await awake.scheduler.alarms("job", ["one"])).get("one") ?? 0) > Date.now());
  const kept = await jobs.findOne({ key: "one" });
  held.open();
  await until(() => frozen.log.lines.length > 0);
  t.match(frozen.log.lines, [
    { level: "warn", message: /was not written/, fields: { error: { message: /another holds/ } } },
  ]);
  t.same(await jobs.findOne({ key: "one" }), kept, "what the other wrote stands");
});

onGround("a node that cannot hear the others says so, and finds their alarms by looking", async (t) => {
  const deaf = await openNode(t, "deaf", { processEvery: 250 });
  const listener = jobsListener(
    {
      watch: () => {
        throw new Error("no change streams here");
      },
    } as never,
    bells(),
  );
  const log = keptLog();
  const scheduler = schedulerOn({ ...deaf.backend, others: listener }, { log, processEvery: 250 });
  t.teardown(() => scheduler.stop(0));
  const job = recording(() => undefined);
  scheduler.define("job", job, { concurrency: 1 });
  await scheduler.start();
  await until(() => log.lines.length > 0);
  t.match(log.lines, [
    { level: "warn", message: /cannot be heard/, fields: { error: { message: /no change streams/ } } },
  ]);
  await deaf.scheduler.schedule("job", "one", Date.now());
  await until(() => job.runs.length === 1);
});
