import { test } from "tap";
import { at, decimal, entries, text, yesOrNo } from "../../connectors/field.js";

test("a way through a value ends where there is nothing", async (t) => {
  const value = { a: [{ b: null }], c: "text" };
  t.equal(at(value, "a", 0, "b"), null);
  for (const path of [["a", 1], ["a", 0, "b", "c"], ["c", "length"], ["toString"], ["__proto__"]]) {
    t.equal(at(value, ...path), undefined, path.join("."));
  }
  t.equal(at(undefined, "a"), undefined);
  t.equal(at(value), value);
});

test("text is what says something", async (t) => {
  t.equal(text(undefined, null, "", "  ", " a "), "a");
  t.equal(text(0), "0");
  t.equal(text({}, [], true, 1.5, Number.MAX_SAFE_INTEGER), "9007199254740991");
  t.equal(text(), null);
});

test("decimals are numbers or their text", async (t) => {
  t.same(["43.90", " -5.0000 ", "0", 1.5].map(decimal), [43.9, -5, 0, 1.5]);
  t.same(["", "1e3", "1,50", "0x1", ".5", null, true].map(decimal), [null, null, null, null, null, null, null]);
});

test("neither is a no", async (t) => {
  t.same([true, false, null, undefined, "yes", 1].map(yesOrNo), [true, false, null, null, null, null]);
  t.same(entries({ 0: "a" }), []);
  t.same(entries(["a"]), ["a"]);
});
