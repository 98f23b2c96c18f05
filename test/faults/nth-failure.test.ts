import { test } from "tap";
import { apart } from "./apart.js";
import type { NthFailureReport } from "./nth-failure.js";

test("every twelfth operation of each scenario fails, each in its own run", async (t) => {
  const { violations, failures, points } = await apart<NthFailureReport>("nth-failure", { size: 12 });
  t.same(violations, []);
  t.ok(failures > 200 && points.length > 12);
});
