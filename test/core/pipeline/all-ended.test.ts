import { test } from "tap";
import { allEnded } from "../../../core/pipeline/all-ended.js";

test("waits for all, also when one has failed, and tells of the first failure", async (t) => {
  let end = (): void => undefined;
  let isOver = false;
  const slow = new Promise<void>((resolve) => (end = resolve));
  const all = allEnded([slow, Promise.reject(new Error("one")), Promise.reject(new Error("two"))]);
  all.catch(() => undefined).finally(() => (isOver = true));
  await new Promise((resolve) => setImmediate(resolve));
  t.notOk(isOver);
  end();
  await t.rejects(all, { message: "one" });
  await allEnded([slow]);
});
