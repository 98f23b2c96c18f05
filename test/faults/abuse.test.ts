import { test } from "tap";
import { abuse } from "./abuse.js";

test("2,000 silent connections, slow ones and nonsense keep nobody else from being answered", async (t) => {
  const { violations, refused } = await abuse({ size: 2_000, seed: 1, bodies: false });
  t.same(violations, []);
  for (const status of ["400", "405", "431"]) t.ok(refused[status], status);
});
