import { test } from "tap";
import { apart } from "./apart.js";
import { weatherOf, type SimulationReport } from "./simulation.js";
import { simulate } from "./simulation/simulate.js";

test("2,000 worlds, and processes that die wherever they wait", async (t) => {
  const report = await apart<SimulationReport>("simulation", { size: 2_000 });
  t.same(report.violations, []);
  t.same(report.neverDiedAt, [], "there is no point at which none died");
  const { crashes, doubts, doubles } = report;
  t.ok(crashes > 10_000 && doubts > 1_000 && doubles > 100, "the worlds are as bad as they are meant to be");
});

test("one seed makes one world", async (t) => {
  const [first, second] = [await simulate(4_711, weatherOf(4_711)), await simulate(4_711, weatherOf(4_711))];
  t.ok(first.testimony.journal.length > 0);
  t.same(second.testimony.journal, first.testimony.journal);
  t.same(second.testimony.sendings, first.testimony.sendings);
});
