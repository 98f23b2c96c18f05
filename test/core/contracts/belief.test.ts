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

test("all who want to know at once share one question, and an answer that says nothing is asked for again", async (t) => {
  const belief = new Belief<string>(250);
  const answers: ((answer: string | undefined) => void)[] = [];
  const ask = () => new Promise<string | undefined>((resolve) => answers.push(resolve));
  const first = Promise.all([belief.learn("a", 0, ask), belief.learn("a", 1, ask)]);
  t.equal(answers.length, 1);
  answers[0]?.(undefined);
  t.same(await first, [undefined, undefined]);
  const second = belief.learn("a", 2, ask);
  answers[1]?.("yes");
  t.equal(await second, "yes");
  t.equal(await belief.learn("a", 251, ask), "yes");
  t.equal(answers.length, 2);
});

test("a question that fails is asked again", async (t) => {
  const belief = new Belief<string>(250);
  await t.rejects(
    belief.learn("a", 0, () => Promise.reject(new Error("away"))),
    { message: "away" },
  );
  t.equal(await belief.learn("a", 0, () => Promise.resolve("yes")), "yes");
});
