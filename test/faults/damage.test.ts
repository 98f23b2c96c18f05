import { test } from "tap";
import { damage } from "./damage.js";

test("a damaged database is refused with what to do, and not written to", async (t) => {
  const { violations, refused, started, found } = await damage({ size: 100, seed: 1 });
  t.same(violations, []);
  t.same({ refused, started }, { refused: 6, started: 1 });
  t.ok(found > 0);
});
