import { test } from "tap";
import { stop } from "./stop.js";

test("a stop under load, with a provider that is slow or hangs, and a second signal", async (t) => {
  const { violations, doubts } = await stop({ size: 1, seed: 1 });
  t.same(violations, []);
  t.equal(doubts.slow, 0);
});
