import { test } from "tap";
import { apart } from "./apart.js";
import type { ClockReport } from "./clock.js";

test("clocks that jump by up to 400 days, also during calls", async (t) => {
  const { violations, jumps, farthest, crashes } = await apart<ClockReport>("clock", { size: 300 });
  t.same(violations, []);
  t.ok(jumps > 2_000 && farthest > 300 && crashes > 500);
});
