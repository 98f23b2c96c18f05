import { test } from "tap";
import { parseDuration, parseSignedDuration } from "../../../core/contracts/duration.js";

const minute = 60_000;
const day = 24 * 60 * minute;

test("reads short durations and ISO 8601", async (t) => {
  const expected: Record<string, number> = {
    "0s": 0,
    "90s": 90_000,
    "30m": 30 * minute,
    "2h": 120 * minute,
    "3d": 3 * day,
    "1w": 7 * day,
    P3D: 3 * day,
    P1W: 7 * day,
    PT0S: 0,
    PT90S: 90_000,
    P1DT12H30M5S: 1.5 * day + 30 * minute + 5_000,
  };
  for (const [text, duration] of Object.entries(expected)) t.equal(parseDuration(text), duration, text);
});

test("refuses everything else", async (t) => {
  for (const text of [
    "",
    " 2d",
    "2 d",
    "2d ",
    "d",
    "2",
    "-1d",
    "1.5h",
    "2D",
    "1y",
    "2mo",
    "1h30m",
    "250ms",
    "P",
    "PT",
    "P1DT",
    "P1M",
    "P1Y",
    "P-1D",
  ]) {
    t.equal(parseDuration(text), undefined, JSON.stringify(text));
  }
});

test("refuses what would leave the calendar", async (t) => {
  t.equal(parseDuration("365250d"), 365_250 * day);
  t.equal(parseDuration("365251d"), undefined);
  t.equal(parseDuration("999999999w"), undefined);
  t.equal(parseDuration("9999999999s"), undefined, "too many digits");
});

test("a signed duration goes back and forth", async (t) => {
  const expected: Record<string, number> = {
    "-1d": -day,
    "+2h": 120 * minute,
    "30m": 30 * minute,
    "-P1W": -7 * day,
    "-0s": 0,
  };
  for (const [text, duration] of Object.entries(expected)) t.equal(parseSignedDuration(text), duration, text);
  for (const text of ["", "-", "--1d", "- 1d", "1d-", "P-1D"]) t.equal(parseSignedDuration(text), undefined, text);
});
