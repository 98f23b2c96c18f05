import t from "tap";
import { backoff } from "../../../core/pipeline/backoff.js";

t.test("doubles from a second to a quarter of an hour", async (t) => {
  t.same(
    [0, 1, 2, 3].map((tries) => backoff(tries, 0)),
    [1_000, 2_000, 4_000, 8_000],
  );
  t.equal(backoff(30, 0), 15 * 60_000);
  t.equal(backoff(5_000, 0), 15 * 60_000);
});

t.test("chance takes off at most half", async (t) => {
  t.equal(backoff(1, 0.5), 1_500);
  t.equal(backoff(1, 1), 1_000);
});
