import { test } from "tap";
import { withoutMongod } from "../mongod/mongodb.js";
import { befall } from "./cluster/befall.js";

// The other kinds take longer: `npm run faults -- cluster`.
test("two listening and two working processes: one of each quick fault", { skip: withoutMongod }, async (t) => {
  const kinds = ["killed", "cut"] as const;
  const { violations, lost } = await befall(kinds, { size: kinds.length, seed: 1 });
  t.same(violations, []);
  t.equal(lost, 0);
});
