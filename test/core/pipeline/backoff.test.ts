import t from "tap";
import { backoff, channelBackoff } from "../../../core/pipeline/backoff.js";

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

t.test("a channel waits alike, but for about a minute at most", async (t) => {
  t.same(
    [0, 1, 5, 6, 7, 5_000].map((tries) => channelBackoff(tries, 0)),
    [1_000, 2_000, 32_000, 64_000, 64_000, 64_000],
  );
  t.equal(channelBackoff(7, 1), 32_000);
});
