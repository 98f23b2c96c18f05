import { test, type Test } from "tap";
import type { Turn } from "../../../core/contracts/nodes.js";
import { until } from "../../../core/contracts/suites/jobs-parts.js";
import { Hearing } from "../../../core/jobs/hearing.js";

/** Hearing that keeps which names it told of, and when. */
function hearingOf(t: Test, turn: () => Turn) {
  const told: { name: string; at: number }[] = [];
  const hearing = new Hearing((name) => told.push({ name, at: performance.now() }), turn);
  t.teardown(() => hearing.close());
  const of = (name: string): number[] => told.flatMap((one) => (one.name === name ? [one.at] : []));
  return { hearing, of };
}

test("a bell of our turn is heard at once, those that follow closely together", async (t) => {
  const { hearing, of } = hearingOf(t, () => ({ index: 1, of: 3 }));
  hearing.hear("job", 1);
  t.equal(of("job").length, 1);
  hearing.hear("job", 4);
  hearing.hear("job", 7);
  t.equal(of("job").length, 1);
  await until(() => of("job").length > 1);
  const [first, second] = of("job");
  t.ok(second! - first! >= 45, `${second! - first!} ms apart`);
});

test("a bell of another's turn is heard when we have not looked for a while", async (t) => {
  const { hearing, of } = hearingOf(t, () => ({ index: 1, of: 3 }));
  const from = performance.now();
  hearing.hear("job", 2);
  hearing.hear("job", 3);
  hearing.hear("later", 3);
  hearing.hear("job", 4);
  t.equal(of("job").length, 1, "then ours comes");
  await until(() => of("later").length === 1);
  t.ok(of("later")[0]! - from >= 240, `${of("later")[0]! - from} ms`);
  t.equal(of("job").length, 1, "and that look was for all of them");
});

test("who is alone, or does not know of others, hears everything at once", (t) => {
  const { hearing, of } = hearingOf(t, () => ({ index: 0, of: 1 }));
  for (const [count, name] of ["a", "b", "c"].entries()) hearing.hear(name, count);
  t.same([of("a").length, of("b").length, of("c").length], [1, 1, 1]);
  t.end();
});
