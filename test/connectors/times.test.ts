import { test } from "tap";
import { instant, mailDate, unixSeconds, utc } from "../../connectors/times.js";

const noon = Date.UTC(2026, 9, 4, 12);

test("a time says its offset", async (t) => {
  for (const written of [
    "2026-10-04T12:00:00Z",
    "2026-10-04T12:00:00.000Z",
    "2026-10-04T14:00:00+02:00",
    "2026-10-04T08:00:00-0400",
    "2026-10-04T12:00Z",
    " 2026-10-04T12:00:00z ",
  ]) {
    t.equal(instant(written), noon, written);
  }
  t.equal(instant("2026-10-04T12:00:00.123456789Z"), noon + 123);
  for (const other of ["2026-10-04T12:00:00", "2026-10-04", "2026-13-04T12:00:00Z", "noon", "", null, 5, undefined]) {
    t.equal(instant(other), null, String(other));
  }
});

test("a time that is UTC need not say so", async (t) => {
  t.equal(utc("2026-10-04T12:00:00"), noon);
  t.equal(utc("2026-10-04T14:00:00+02:00"), noon);
  t.same([utc(""), utc(null), utc("2026-10-04 12:00")], [null, null, null]);
});

test("seconds and dates of mail", async (t) => {
  t.equal(unixSeconds(noon / 1000), noon);
  t.same([unixSeconds("1"), unixSeconds(1.5), unixSeconds(null)], [null, null, null]);
  t.equal(mailDate("Sun, 04 Oct 2026 12:00:00 +0000"), noon);
  t.equal(mailDate("4 Oct 2026 14:00 +0200"), noon);
  t.same([mailDate("2026-10-04"), mailDate("Sun, 04 Xxx 2026 12:00:00 +0000"), mailDate("")], [null, null, null]);
});
