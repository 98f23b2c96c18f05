import { test, type Test } from "tap";
import type { Clock } from "../../../../core/contracts/clock.js";
import { until } from "../../../../core/contracts/suites/jobs-parts.js";
import { openDatabaseClock } from "../../../../core/stores/mongodb/database-clock.js";
import { keptLog, onGround, openGround } from "./cluster.js";

/** A machine and a database whose clocks are wrong by as much as said. */
function world(t: Test) {
  const wrong = { machine: 0, database: 0 };
  let away = false;
  const clock: Clock = { now: () => Date.now() + wrong.machine, wait: () => Promise.resolve() };
  const hello = () =>
    away ? Promise.reject(new Error("away")) : Promise.resolve({ localTime: new Date(Date.now() + wrong.database) });
  const db = { admin: () => ({ command: hello }) } as never;
  const log = keptLog();
  async function open(every = 10) {
    const opened = await openDatabaseClock(db, { clock, log, every });
    t.teardown(() => opened.stop());
    return opened;
  }
  return { wrong, log, open, part: () => (away = true), meet: () => (away = false) };
}

test("the time is the database's, whatever the machine's clock says", async (t) => {
  const { wrong, open } = world(t);
  wrong.machine = 3_000;
  const clock = await open();
  t.ok(Math.abs(clock.now() - Date.now()) < 500);
  wrong.machine = 3_600_000;
  t.ok(Math.abs(clock.now() - Date.now()) < 500, "a jump of the machine's does not move it");
  await clock.wait(1);
});

test("a machine that is far away from the database is refused with a sentence", async (t) => {
  const { wrong, open } = world(t);
  wrong.machine = 7_000;
  await t.rejects(open(), { message: /is 7 s ahead of the database's, and a cluster needs them within 5 s/ });
  wrong.machine = -60_000;
  await t.rejects(open(), { message: /is 60 s behind/ });
});

test("a machine whose clock goes wrong later is told of once, until it is right again", async (t) => {
  const { wrong, open, log, part, meet } = world(t);
  const clock = await open();
  clock.watch();
  clock.watch();
  const warned = async (times: number): Promise<void> => until(() => log.lines.length === times);
  wrong.machine = 20_000;
  await warned(1);
  t.match(log.lines, [{ level: "warn", message: /NTP/ }]);
  wrong.machine = 0;
  part();
  meet();
  const looked = Date.now();
  await until(() => Date.now() - looked > 200);
  wrong.machine = -20_000;
  await warned(2);
});

test("it stands still rather than go back, and keeps going while the database is away", async (t) => {
  const { wrong, open, part } = world(t);
  wrong.database = 2_000;
  const clock = await open();
  const first = clock.now();
  clock.watch();
  wrong.database = 0;
  const from = Date.now();
  await until(() => Date.now() - from > 100);
  t.equal(clock.now(), first, "the database is two seconds behind what was told");
  wrong.database = -60_000;
  await until(() => clock.now() < first - 50_000);
  part();
  const last = clock.now();
  await until(() => clock.now() > last + 50);
});

onGround("a real database tells its time", async (t) => {
  const { database } = await openGround();
  const clock = { now: () => Date.now(), wait: () => Promise.resolve() };
  const opened = await openDatabaseClock(database.db, { clock, log: keptLog() });
  t.ok(Math.abs(opened.now() - Date.now()) < 1_000);
  opened.stop();
});
