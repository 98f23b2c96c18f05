import { test } from "tap";
import { providerStorm } from "./provider-storm.js";

const some = new Set(["503-50", "429-limited", "connection-refused"]);

test("the program before a provider that is ill in some of the ways there are", async (t) => {
  const { violations, opened, closed, lost, efforts } = await providerStorm({
    size: 20,
    seed: 1,
    only: (name) => some.has(name),
  });
  t.same(violations, []);
  t.equal(lost, 0);
  t.ok(opened > 0 && closed === opened, `opened ${opened} times, closed ${closed}`);
  t.same(new Set(Object.keys(efforts)), new Set(["calm", ...some]));
});
