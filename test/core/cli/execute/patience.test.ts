import t from "tap";
import { readRetryAfter } from "../../../../core/cli/execute/client.js";
import { waitAfter } from "../../../../core/cli/execute/patience.js";

const answer = (status: number, retryAfter: number | null = null) => ({
  status,
  body: {},
  replayed: false,
  retryAfter,
});
const away = { status: null, reason: "ECONNREFUSED" };

t.test("answers that waiting does not change are not asked for again", async (t) => {
  for (const status of [200, 301, 400, 401, 403, 404, 409, 413, 422])
    t.equal(waitAfter(answer(status), 1, 0.5), undefined, `${status}`);
});

t.test("others are, with growing waits and jitter, at most ten times", async (t) => {
  for (const passing of [away, answer(408), answer(429), answer(500), answer(503)]) {
    t.same(
      [1, 2, 3, 6, 7, 9].map((failures) => waitAfter(passing, failures, 0)),
      [125, 250, 500, 4000, 5000, 5000],
    );
    t.equal(waitAfter(passing, 1, 1), 250);
    t.equal(waitAfter(passing, 10, 0), undefined);
  }
});

t.test("a server that says when is waited for; a rate limit however often", async (t) => {
  t.equal(waitAfter(answer(503, 60_000), 1, 0), 60_000);
  t.equal(waitAfter(answer(503, 1), 1, 0), 125);
  t.equal(waitAfter(answer(503, 60_000), 10, 0), undefined);
  t.equal(waitAfter(answer(429, 3_600_000), 99, 0), 3_600_000);
});

t.test("Retry-After is seconds or a date", async (t) => {
  const now = Date.parse("2026-02-10T10:30:00Z");
  t.equal(readRetryAfter("7", now), 7_000);
  t.equal(readRetryAfter("Tue, 10 Feb 2026 10:31:00 GMT", now), 60_000);
  t.equal(readRetryAfter("Tue, 10 Feb 2026 10:29:00 GMT", now), 0);
  for (const nothing of [null, "", "soon", "-1x"]) t.equal(readRetryAfter(nothing, now), null);
});
