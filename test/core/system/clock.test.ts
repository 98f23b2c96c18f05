import t from "tap";
import { systemClock } from "../../../core/system/clock.js";

t.test("it tells the machine's time", async (t) => {
  t.ok(Math.abs(systemClock.now() - Date.now()) < 100);
});

t.test("a wait ends when its time has come", async (t) => {
  const from = performance.now();
  await systemClock.wait(5);
  t.ok(performance.now() - from >= 4);
});

t.test("a wait ends at once when it is cut, before or meanwhile", async () => {
  const cut = new AbortController();
  const waiting = systemClock.wait(2 ** 30, cut.signal);
  cut.abort();
  await waiting;
  await systemClock.wait(2 ** 30, cut.signal);
});
