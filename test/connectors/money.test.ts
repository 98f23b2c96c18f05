import { test } from "tap";
import { currencyCode, fromSmallest, isAllOf } from "../../connectors/money.js";

test("currencies are three letters in upper case", async (t) => {
  t.same(["usd", " EUR ", "", "US", "1SD", null].map(currencyCode), ["USD", "EUR", null, null, null, null]);
});

test("the smallest unit is a hundredth for most, a whole one or a thousandth for some", async (t) => {
  t.equal(fromSmallest(4700, "USD"), 47);
  t.equal(fromSmallest(1, "eur"), 0.01);
  t.equal(fromSmallest(4700, "JPY"), 4700);
  t.equal(fromSmallest(4700, "krw"), 4700);
  t.equal(fromSmallest(4700, "KWD"), 4.7);
  t.equal(fromSmallest(0, "USD"), 0);
  t.equal(fromSmallest("9007199254740993", "JPY"), 9007199254740992, "to the digits that a number has");
  t.equal(fromSmallest(null, "USD"), null);
  t.equal(fromSmallest(4700, null), null);
});

test("sums of decimals are all of a total when less than a coin is missing", async (t) => {
  t.equal(isAllOf(0.1 + 0.2, 0.3), true);
  t.equal(isAllOf(10.1 + 33.8, 43.9), true);
  t.equal(isAllOf(43.899, 43.9), false, "a thousandth is a coin somewhere");
  t.equal(isAllOf(50, 43.9), true);
  t.same([isAllOf(0, 0), isAllOf(null, 1), isAllOf(1, null)], [false, false, false]);
});
