import { test } from "tap";
import { locked } from "./locked.js";

test("while another process holds the database calls are put off and nothing else waits", async (t) => {
  const { violations, putOff } = await locked({ size: 1, seed: 1 });
  t.same(violations, []);
  t.ok(putOff > 0);
});
