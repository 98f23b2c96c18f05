import { test } from "tap";
import { fuzz } from "./fuzz.js";
import { answers } from "./shapes.js";

test("whatever is sent to any route, the answer is one of the contract and never our fault", async (t) => {
  const { violations, statuses, unreached } = await fuzz(t, { size: 5_000, seed: 17 });
  t.same(violations, []);
  t.same(unreached, []);
  for (const status of [200, 201, 204, 400, 401, 404, 405, 409, 413, 415, 422]) t.ok(statuses[status], `${status}`);
  t.equal(Object.keys(answers).length, 35, "every route that answers JSON has a shape");
});
