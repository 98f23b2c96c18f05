import { test } from "tap";
import { day, onStage, position, start, type Stage } from "../../../../core/contracts/suites/store-stage.js";
import type { MongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";

const skip = withoutMongodb;
const open = emptiedStore();
const parked = position({ parkedOn: "email", reason: "channel_paused" });

test("a channel that resumes lets go more than one transaction takes", { skip }, async (t) => {
  const { subject: store } = await open();
  const total = await park(store, 450);
  await store.channels.pause("email", "401", null, start);
  await store.channels.resume("email", start + day);
  const { sendings } = store.database;
  t.equal(await sendings.countDocuments({ parkedOn: null, reason: null, dueAt: start + day }), total);
  const due = await store.executions.dueBy(start + day, 1_000);
  t.equal(due.length, total);
  t.ok(due.every(({ dueAt }) => dueAt === start + day));
});

test("what was let go in part is let go whole when the channel is resumed again", { skip }, async (t) => {
  const { subject: store } = await open();
  const total = await park(store, 450);
  const { sendings } = store.database;
  await sendings.updateMany({ _id: { $lt: "s2" } }, { $set: { parkedOn: null, reason: null, dueAt: start } });
  const left = await sendings.countDocuments({ parkedOn: "email" });
  await store.channels.resume("email", start + day);
  t.equal(await sendings.countDocuments({ dueAt: start + day }), left);
  t.equal(await sendings.countDocuments({ parkedOn: null }), total);
});

test("of several that pause a channel at the same time none fails", { skip }, async (t) => {
  const { channels } = (await open()).subject;
  await Promise.all(Array.from({ length: 8 }, (_, index) => channels.pause("email", `${index}`, null, start)));
  t.match(await channels.get("email"), { state: "paused", since: start });
});

test("a rest that goes on while its channel resumes does not forget the sending", { skip }, async (t) => {
  const { subject: store } = await open();
  await staged(store, async ({ enrol, claimOne, settle }) => {
    for (let round = 0; round < 20; round++) {
      const { executionId } = await enrol({ emails: [`${round}@example.com`] });
      await settle(await claimOne(executionId), { position: parked });
      await Promise.all([store.executions.rest(executionId), store.channels.resume("email", start)]);
      const due = await store.executions.dueBy(start, 100);
      t.ok(due.some(({ id }) => id === executionId));
    }
  });
});

/** As many sendings that are parked on the channel, each of an execution that rests; answers how many. */
async function park(store: MongodbStore, total: number): Promise<number> {
  const { sendings, executions } = store.database;
  await staged(store, async ({ enrol, claimOne, settle }) => {
    const { executionId } = await enrol();
    await settle(await claimOne(executionId), { position: parked });
    await store.executions.rest(executionId);
  });
  const [sending] = await sendings.find().toArray();
  const [execution] = await executions.find().toArray();
  if (!sending || !execution) throw new Error("There is nothing to copy");
  const numbers = Array.from({ length: total - 1 }, (_, index) => index);
  await sendings.insertMany(numbers.map((n) => ({ ...sending, _id: `s${n}`, executionId: `e${n}` })));
  await executions.insertMany(numbers.map((n) => ({ ...execution, _id: `e${n}`, dueAt: null })));
  return total;
}

/** With the sequences of the stage. */
async function staged(store: MongodbStore, body: (stage: Stage) => Promise<void>): Promise<void> {
  const run = onStage(
    (_, test) => test(),
    async () => ({ subject: store, close: async () => {} }),
    "channels",
  );
  await run("", body);
}
