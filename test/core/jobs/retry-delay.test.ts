import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import { retryDelay } from "../../../core/jobs/retry-delay.js";

test("tries come after 1 s, 2 s, 4 s and so on, at most five minutes, a tenth more or less", async (t) => {
  const error = new Error("no");
  t.same(
    [1, 2, 3, 9, 10, 5_000].map((attempt) => retryDelay(attempt, error, 0.5)),
    [1_000, 2_000, 4_000, 256_000, 300_000, 300_000],
  );
  t.equal(retryDelay(1, error, 0), 900);
  t.equal(retryDelay(10, error, 0.999999), 330_000);
});

test("a store that is away is asked again each second", async (t) => {
  t.equal(retryDelay(12, new StoreUnavailable("away"), 0), 1_000);
});
