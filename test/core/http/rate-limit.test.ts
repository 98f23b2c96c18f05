import { test } from "tap";
import { rateLimit } from "../../../core/http/rate-limit.js";
import { NOW, setClock } from "./parts.js";

const MINUTE = 60_000;
const HOUR = 3_600_000;

test("the minute is the tighter window until the hour leaves less", async (t) => {
  const clock = setClock();
  const count = rateLimit({ perMinute: 3, perHour: 5 }, clock);
  t.same(count("a"), { limit: 3, remaining: 2, resetAt: NOW + MINUTE, refused: null });
  count("a");
  t.same(count("a"), { limit: 3, remaining: 0, resetAt: NOW + MINUTE, refused: null });
  clock.time += 45_500;
  t.same(count("a"), { limit: 3, remaining: 0, resetAt: NOW + MINUTE, refused: { window: "minute", retryAfter: 15 } });
  clock.time = NOW + MINUTE;
  t.same(
    count("a"),
    { limit: 5, remaining: 1, resetAt: NOW + HOUR, refused: null },
    "the refused call was not counted",
  );
  count("a");
  t.same(count("a"), { limit: 5, remaining: 0, resetAt: NOW + HOUR, refused: { window: "hour", retryAfter: 3540 } });
  clock.time = NOW + HOUR;
  t.same(count("a"), { limit: 3, remaining: 2, resetAt: NOW + HOUR + MINUTE, refused: null });
});

test("of two full windows the one that stays full longer is told", async (t) => {
  const clock = setClock();
  const count = rateLimit({ perMinute: 1, perHour: 2 }, clock);
  count("a");
  clock.time = NOW + HOUR - 30_000;
  count("a");
  t.same(count("a").refused, { window: "minute", retryAfter: 60 });
});

test("each organization has its own pool", async (t) => {
  const count = rateLimit({ perMinute: 1, perHour: 9 }, setClock());
  count("a");
  t.ok(count("a").refused);
  t.equal(count("b").refused, null);
});

test("a clock that was set back locks nobody out", async (t) => {
  const clock = setClock();
  const count = rateLimit({ perMinute: 1, perHour: 1 }, clock);
  count("a");
  clock.time = NOW - 365 * 24 * HOUR;
  t.equal(count("a").refused, null);
});
