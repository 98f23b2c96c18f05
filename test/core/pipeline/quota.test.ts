import t from "tap";
import { Quota } from "../../../core/pipeline/quota.js";

const now = Date.UTC(2026, 0, 5, 9);
const resetAt = now + 10_000;

t.test("without a word of the provider there is no limit", async (t) => {
  const quota = new Quota();
  quota.ended(undefined, now, 0);
  t.equal(quota.admit(100, 50, now), 100);
  t.equal(quota.askAgainAt(50, now), now);
});

t.test("no more begin than remain, those under way counted", async (t) => {
  const quota = new Quota();
  quota.ended({ remaining: 10, resetAt }, now, 0);
  t.equal(quota.admit(3, 0, now), 3);
  t.equal(quota.admit(100, 4, now), 6);
  t.equal(quota.askAgainAt(4, now), now);
  t.equal(quota.admit(100, 10, now), 0);
  t.equal(quota.admit(100, 12, now), 0);
  t.equal(quota.askAgainAt(10, now), resetAt);
  t.equal(quota.admit(100, 10, resetAt - 1), 0);
  t.equal(quota.admit(100, 10, resetAt), 100, "the reset ends it");
});

t.test("the lowest word of a period holds, and a call without a word counts", async (t) => {
  const quota = new Quota();
  quota.ended({ remaining: 8, resetAt }, now, 0);
  quota.ended({ remaining: 9, resetAt }, now, 0);
  t.equal(quota.admit(100, 0, now), 7, "told late: it was the one before");
  quota.ended(undefined, now, 0);
  t.equal(quota.admit(100, 0, now), 6);
  quota.ended({ remaining: 5, resetAt }, now, 0);
  t.equal(quota.admit(100, 0, now), 5);
  quota.ended({ remaining: 99, resetAt: resetAt - 5_000 }, now, 0);
  t.equal(quota.admit(100, 0, now), 4, "the word of a period that is over is none");
  quota.ended({ remaining: 99, resetAt: resetAt + 5_000 }, now, 0);
  t.equal(quota.admit(100, 0, now), 99, "a new period");
});

t.test("nothing begins before the reset when nothing remains, whatever other answers say", async (t) => {
  const quota = new Quota();
  quota.ended({ remaining: 0, resetAt }, now, 0);
  t.equal(quota.admit(1, 0, now), 0);
  quota.ended({ remaining: 50, resetAt: resetAt + 5_000 }, now, 0);
  t.equal(quota.admit(1, 0, resetAt - 1), 0);
  quota.ended({ remaining: 0, resetAt: now + 1_000 }, now, 0);
  t.equal(quota.askAgainAt(0, now), resetAt, "nor does a shorter wait shorten it");
  t.equal(quota.admit(100, 0, resetAt), 49, "one call ended meanwhile");
});

t.test("who says not for how long is asked later and later, and those refused together are one refusal", async (t) => {
  const quota = new Quota();
  const waits: number[] = [];
  let at = now;
  for (let refusal = 0; refusal < 4; refusal++) {
    for (let call = 0; call < 16; call++) quota.ended({ remaining: 0 }, at, 0);
    t.equal(quota.admit(1, 0, at), 0);
    waits.push(quota.askAgainAt(0, at) - at);
    quota.ended(undefined, at, 0);
    at = quota.askAgainAt(0, at);
    t.equal(quota.admit(9, 0, at), 9);
  }
  t.same(waits, [1_000, 2_000, 4_000, 8_000]);
  quota.ended(undefined, at, 0);
  quota.ended({ remaining: 0 }, at, 0.5);
  t.equal(quota.askAgainAt(0, at) - at, 750, "short again after a call that was taken");
});

t.test("an answer with a limit ends a row of refusals as well", async (t) => {
  const quota = new Quota();
  quota.ended({ remaining: 0 }, now, 0);
  quota.ended({ remaining: 9, resetAt }, now + 1_000, 0);
  quota.ended({ remaining: 0 }, now + 1_000, 0);
  t.equal(quota.askAgainAt(0, now + 1_000), now + 2_000);
});

t.test("a rest without a time grows to about a minute", async (t) => {
  const quota = new Quota();
  let at = now;
  const wait = (): number => {
    quota.ended({ remaining: 0 }, at, 0);
    return quota.askAgainAt(0, at) - at;
  };
  for (let refusal = 0; refusal < 12; refusal++) at += wait();
  t.equal(wait(), 64_000);
});

t.test("a clock that is put back ends what was told before", async (t) => {
  const before = now - 86_400_000;
  for (const remaining of [0, 3]) {
    const quota = new Quota();
    quota.ended({ remaining, resetAt }, now, 0);
    t.equal(quota.admit(9, 0, before), 9);
    t.equal(quota.admit(9, 0, now), 9, "for good");
    t.equal(quota.askAgainAt(0, now), now);
  }
  const quota = new Quota();
  quota.ended({ remaining: 0, resetAt }, now, 0);
  quota.ended({ remaining: 5, resetAt: before + 10_000 }, before, 0);
  t.equal(quota.admit(9, 0, before), 5, "also when an answer is the first to see it");
});
