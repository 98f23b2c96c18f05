import { test } from "tap";
import { Belief } from "../../../core/contracts/belief.js";

test("what was learned is believed for its time, and not when the clock was put back", (t) => {
  const belief = new Belief<string>(250);
  t.equal(belief.get("a", 1_000), undefined);
  belief.set("a", "known", 1_000);
  t.equal(belief.get("a", 1_249), "known");
  t.equal(belief.get("a", 1_250), undefined);
  t.equal(belief.get("a", 999), undefined);
  t.equal(belief.get("b", 1_000), undefined);
  belief.delete("a");
  t.equal(belief.get("a", 1_000), undefined);
  t.end();
});

test("of too many keys all is forgotten, so that nobody fills the memory by asking", (t) => {
  const belief = new Belief<number>(250, 2);
  for (const key of ["a", "b", "c"]) belief.set(key, 1, 0);
  t.strictSame(
    ["a", "b", "c"].map((key) => belief.get(key, 0)),
    [undefined, undefined, 1],
  );
  t.end();
});
