import { MongoErrorLabel, MongoServerError, type ClientSession } from "mongodb";
import { test } from "tap";
import { isDuplicate } from "../../../../core/stores/mongodb/errors.js";
import { transactionsOf } from "../../../../core/stores/mongodb/transaction.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";

const open = emptiedStore();
const skip = withoutMongodb;

function failure(label: MongoErrorLabel): MongoServerError {
  const cause = new MongoServerError({ message: label, code: 1 });
  cause.addErrorLabel(label);
  return cause;
}

/** A client whose commits end as `commits` say, one after the other. */
function clientOf(commits: readonly (MongoServerError | undefined)[]) {
  const done: string[] = [];
  const left = [...commits];
  let isOpen = false;
  const session = {
    startTransaction: () => void (isOpen = true),
    inTransaction: () => isOpen,
    async commitTransaction() {
      done.push("commit");
      const cause = left.shift();
      if (cause) throw cause;
      isOpen = false;
    },
    async abortTransaction() {
      done.push("abort");
      isOpen = false;
    },
    endSession: async () => void done.push("end"),
  };
  return { done, client: { startSession: () => session as unknown as ClientSession } };
}

test("a transaction that met another one is done again as a whole", async (t) => {
  const { done, client } = clientOf([failure(MongoErrorLabel.TransientTransactionError), undefined]);
  let count = 0;
  t.equal(await transactionsOf(client)(async () => ++count), 2);
  t.same(done, ["commit", "abort", "end", "commit", "end"]);
});

test("of a commit whose answer got lost only the commit is asked for again", async (t) => {
  const lost = failure(MongoErrorLabel.UnknownTransactionCommitResult);
  const { done, client } = clientOf([lost, lost, undefined]);
  let count = 0;
  t.equal(await transactionsOf(client)(async () => ++count), 1);
  t.same(done, ["commit", "commit", "commit", "end"]);
});

test("anything else ends it at once, and nothing of it is kept", async (t) => {
  const { done, client } = clientOf([new MongoServerError({ message: "bad", code: 2 })]);
  await t.rejects(
    transactionsOf(client)(async () => 1),
    /bad/,
  );
  await t.rejects(
    transactionsOf(client)(async () => Promise.reject(new TypeError("defect"))),
    /defect/,
  );
  t.same(done, ["commit", "abort", "end", "abort", "end"]);
});

test("what a transaction wrote before it failed is not there", { skip }, async (t) => {
  const { subject } = await open();
  const { database } = subject;
  const write = database.transaction(async (session) => {
    await database.started.insertOne({ _id: "one" }, { session });
    throw new Error("no more");
  });
  await t.rejects(write, /no more/);
  t.equal(await database.started.findOne({ _id: "one" }), null);
});

test("a unique value that it meets again and again is told", { skip }, async (t) => {
  const { subject } = await open();
  const { database } = subject;
  await database.started.insertOne({ _id: "one" });
  let tries = 0;
  const write = database.transaction(async (session) => {
    tries += 1;
    await database.started.insertOne({ _id: "one" }, { session });
  });
  await write.catch((cause: unknown) => t.ok(isDuplicate(cause)));
  t.equal(tries, 5);
});

test("two that change the same document follow one another", { skip }, async (t) => {
  const { subject } = await open();
  const { database } = subject;
  await database.executions.insertOne({ _id: "one", revision: 0 } as never);
  const raise = () =>
    database.transaction(async (session) => {
      const found = await database.executions.findOne({ _id: "one" }, { session });
      const next = { $set: { revision: (found?.revision ?? 0) + 1 } };
      await database.executions.updateOne({ _id: "one" }, next, { session });
    });
  await Promise.all(Array.from({ length: 8 }, raise));
  t.equal((await database.executions.findOne({ _id: "one" }))?.revision, 8);
});
