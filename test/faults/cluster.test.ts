import { test } from "tap";
import { withoutMongod } from "../mongod/mongodb.js";
import { befall } from "./cluster/befall.js";
import { share } from "./cluster/share.js";

test(
  "two listening and two working processes: faults of many kinds, one of each",
  { skip: withoutMongod },
  async (t) => {
    const kinds = ["killed", "cut", "steppedDown", "stopped", "primaryKilled", "frozen"] as const;
    const { violations, lost } = await befall(kinds, { size: kinds.length, seed: 1 });
    t.same(violations, []);
    t.equal(lost, 0);
  },
);

test("two workers share the work, and each message goes out once", { skip: withoutMongod }, async (t) => {
  const { violations, lost, messages } = await share({ size: 2_000, seed: 1 });
  t.same(violations, []);
  t.equal(lost, 0);
  t.equal(messages, 6_000);
});
