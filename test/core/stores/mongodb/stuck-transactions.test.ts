import { MongoClient, MongoServerError } from "mongodb";
import { stuckTransactions } from "../../../../core/stores/mongodb/stuck-transactions.js";
import { until } from "../../../../core/contracts/suites/jobs-parts.js";
import { keptLog, onGround, openGround } from "./cluster.js";

onGround("a transaction that a frozen process left open is ended, and nobody waits for it", async (t) => {
  const { url, database, jobs } = await openGround();
  const frozen = new MongoClient(url, { appName: "furrow" });
  t.teardown(() => frozen.close());
  await jobs.insertOne({ name: "a", key: "1", nextRunAt: null } as never);
  const session = frozen.startSession();
  session.startTransaction();
  await frozen
    .db()
    .collection("jobs")
    .updateOne({ key: "1" }, { $set: { name: "frozen" } }, { session });
  const log = keptLog();
  await stuckTransactions(database.db, log, 600_000).end();
  t.same(log.lines, [], "not before it has waited for long");
  const stuck = stuckTransactions(database.db, log, 100);
  await until(async () => {
    await stuck.end();
    return log.lines.length > 0;
  });
  t.match(log.lines, [{ level: "warn", fields: { transactions: 1 } }]);
  await jobs.updateOne({ key: "1" }, { $set: { name: "b" } }, { maxTimeMS: 2_000 });
  await t.rejects(session.commitTransaction(), MongoServerError);
  t.match(await jobs.findOne({ key: "1" }), { name: "b" });
});

onGround("a database that lets nobody look is asked once", async (t) => {
  let asked = 0;
  const forbidden = new MongoServerError({ message: "not authorized", code: 13 });
  const db = (cause: Error) => ({
    client: { db: () => ({ aggregate: () => ({ toArray: () => ((asked += 1), Promise.reject(cause)) }) }) },
  });
  const log = keptLog();
  const stuck = stuckTransactions(db(forbidden) as never, log);
  await stuck.end();
  await stuck.end();
  t.equal(asked, 1);
  t.match(log.lines, [{ level: "warn", message: /after a minute/ }]);
  await t.rejects(stuckTransactions(db(new Error("broken")) as never, log).end(), { message: "broken" });
});
