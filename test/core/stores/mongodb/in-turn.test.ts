import { test } from "tap";
import { inTurn } from "../../../../core/stores/mongodb/in-turn.js";

test("work of one name comes one after another, also behind work that failed; other names do not wait", async (t) => {
  const run = inTurn();
  const seen: string[] = [];
  const work = (name: string, rounds: number) => async () => {
    seen.push(`${name} begins`);
    for (let round = 0; round < rounds; round++) await Promise.resolve();
    seen.push(`${name} ends`);
    if (name === "a") throw new Error("a failed");
    return name;
  };
  const all = [run("x", work("a", 9)), run("x", work("b", 1)), run("y", work("c", 1))] as const;
  await t.rejects(all[0], { message: "a failed" });
  t.same(await Promise.all(all.slice(1)), ["b", "c"]);
  t.same(
    seen.filter((one) => !one.startsWith("c")),
    ["a begins", "a ends", "b begins", "b ends"],
  );
  t.ok(seen.indexOf("c ends") < seen.indexOf("a ends"));
});
