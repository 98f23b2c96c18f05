import {
  MongoBulkWriteError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from "mongodb";
import { test } from "tap";
import { StoreUnavailable } from "../../../../core/contracts/errors.js";
import { newContact } from "../../../../core/contracts/rules.js";
import { organization, start } from "../../../../core/contracts/suites/store-stage.js";
import { isDuplicate, storeError } from "../../../../core/stores/mongodb/errors.js";
import { inTime } from "../../../../core/stores/mongodb/in-time.js";
import { openMongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { dropDatabase, freshDatabase, withoutMongod, withoutMongodb } from "../../../mongod/mongodb.js";
import { ReplicaSet } from "../../../mongod/replica-set.js";

const labelled = new MongoServerError({ message: "conflict", code: 1 });
labelled.addErrorLabel(MongoErrorLabel.TransientTransactionError);

test("what may be otherwise in a moment is told as a store that is away, with its cause", async (t) => {
  const causes = [
    new MongoNetworkError("connection closed"),
    new MongoServerSelectionError("no primary", {} as never),
    new MongoNotConnectedError("not connected"),
    new MongoServerError({ message: "not primary", code: 10107, codeName: "NotWritablePrimary" }),
    new MongoServerError({ message: "stepping down", code: 189 }),
    new MongoServerError({ message: "interrupted", code: 11602 }),
    new MongoServerError({ message: "too late", code: 50 }),
    new MongoServerError({ message: "the disk is full", code: 14031 }),
    new MongoWriteConcernError({ writeConcernError: { code: 64, errmsg: "waited too long" } } as never),
    labelled,
    new MongoBulkWriteError(new MongoNetworkError("read ECONNRESET"), {} as never),
    Object.assign(new Error("This socket has been ended by the other party"), { code: "EPIPE" }),
  ];
  for (const cause of causes) {
    const error = storeError(cause);
    t.ok(error instanceof StoreUnavailable, cause.message);
    t.equal((error as Error).cause, cause);
  }
  t.match((storeError(causes[3]) as Error).message, "MongoDB cannot be used now (NotWritablePrimary)");
});

test("anything else is a defect, and stays what it is", async (t) => {
  const duplicate = new MongoServerError({ message: "duplicate key", code: 11000 });
  const bulk = new MongoBulkWriteError(new TypeError("cannot be serialized"), {} as never);
  const query = new MongoServerError({ message: "bad query", code: 2 });
  for (const cause of [duplicate, query, bulk, new TypeError("no")]) {
    t.equal(storeError(cause), cause);
  }
  t.ok(isDuplicate(duplicate));
  t.notOk(isDuplicate(new TypeError("no")));
});

test("an answer that does not come is not waited for without end", async (t) => {
  t.equal(await inTime(60_000, async () => 1), 1);
  await t.rejects(
    inTime(60_000, async () => Promise.reject(new Error("its own"))),
    /its own/,
  );
  await t.rejects(
    inTime(5, () => new Promise(() => undefined)),
    new StoreUnavailable("MongoDB has not answered within 0.005 seconds"),
  );
});

test("a store that is closed says so", { skip: withoutMongodb }, async (t) => {
  const url = freshDatabase();
  const store = await openMongodbStore({ url });
  await store.close();
  await dropDatabase(url);
  await t.rejects(store.check(), new StoreUnavailable("The store is closed"));
});

test(
  "a server that goes away is told within seconds, and one that comes back is used again",
  { skip: withoutMongod },
  async (t) => {
    const set = await ReplicaSet.start();
    t.teardown(() => set.stop());
    const store = await openMongodbStore({ url: set.url });
    t.teardown(() => store.close());
    const [member] = set.members;
    await member?.end();
    const began = performance.now();
    const ada = newContact("c", organization, "ada@example.com", start);
    await Promise.all([
      t.rejects(store.contacts.get(organization, "c"), StoreUnavailable),
      t.rejects(store.contacts.create(ada), StoreUnavailable),
      t.rejects(store.contacts.patch(organization, "c", {}, start), StoreUnavailable),
      t.rejects(store.check(), StoreUnavailable),
    ]);
    t.ok(performance.now() - began < 25_000, `${performance.now() - began} ms`);
    await member?.start();
    await set.primary();
    t.equal(await store.contacts.create(ada), "created");
  },
);
