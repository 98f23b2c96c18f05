import { mock } from "node:test";
import { test } from "tap";
import type { Scheduler } from "../../../core/contracts/scheduler.js";
import { keptAlarm } from "../../../core/jobs/kept-alarm.js";
import { FakeClock } from "../../fakes/clock.js";
import { FakeLog } from "../../fakes/log.js";

test("an alarm that must not be missing is set every so often, also after a failure, until it is closed", async (t) => {
  mock.timers.enable({ apis: ["setInterval"] });
  t.teardown(() => mock.timers.reset());
  const clock = new FakeClock();
  const log = new FakeLog();
  const set: [name: string, id: string, wait: number][] = [];
  let isAway = true;
  const scheduler = {
    async schedule(name: string, id: string, when: number) {
      if (isAway) throw new Error("The store is away");
      set.push([name, id, when - clock.now()]);
    },
  } as unknown as Scheduler;
  const kept = keptAlarm(scheduler, { name: "sweep", id: "all", every: 60_000 }, clock, log);
  mock.timers.tick(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  isAway = false;
  mock.timers.tick(60_000);
  t.same(set, [["sweep", "all", 60_000]]);
  t.match(log.lines, [{ level: "warn", fields: { error: new Error("The store is away") } }]);
  kept.close();
  mock.timers.tick(600_000);
  t.equal(set.length, 1);
});
