import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import { until } from "../../../core/contracts/suites/jobs-parts.js";
import { OwedAlarms } from "../../../core/jobs/owed-alarms.js";

test("what the store did not take is set when it is there again, at the earliest time that was asked for", async (t) => {
  let isAway = true;
  const set: unknown[] = [];
  const alarms = new OwedAlarms(async (...alarm) => {
    if (isAway) throw new StoreUnavailable("away");
    set.push(alarm);
  });
  t.teardown(() => alarms.close());
  for (const when of [7, 5, 9]) await t.rejects(alarms.schedule("advance", "a", when), StoreUnavailable);
  await t.rejects(alarms.schedule("advance", "b", 1), StoreUnavailable);
  isAway = false;
  await until(() => set.length === 2);
  await alarms.schedule("advance", "c", 3);
  t.same(set, [
    ["advance", "a", 5],
    ["advance", "b", 1],
    ["advance", "c", 3],
  ]);
});

test("a store that stays away is asked again, and nobody asks after the end", async (t) => {
  let asked = 0;
  const alarms = new OwedAlarms(async () => {
    asked += 1;
    throw new StoreUnavailable("away");
  });
  await t.rejects(alarms.schedule("advance", "a", 1), StoreUnavailable);
  await until(() => asked === 3);
  alarms.close();
  await t.rejects(alarms.schedule("advance", "b", 1), StoreUnavailable);
  t.equal(asked, 4);
});

test("an alarm that is wrong is not owed", async (t) => {
  let asked = 0;
  const alarms = new OwedAlarms(async () => {
    asked += 1;
    throw new Error("which is no time");
  });
  await t.rejects(alarms.schedule("advance", "a", Number.NaN), /no time/);
  await t.rejects(alarms.schedule("advance", "a", Number.NaN), /no time/);
  alarms.close();
  t.equal(asked, 2);
});
