import { test } from "tap";
import { withoutMongod } from "../mongod/mongodb.js";
import { share } from "./cluster/share.js";

test("two workers share the work, and each message goes out once", { skip: withoutMongod }, async (t) => {
  const { violations, lost, messages } = await share({ size: 400, seed: 1, least: 10, members: 1 });
  t.same(violations, []);
  t.equal(lost, 0);
  t.equal(messages, 1_200);
});
