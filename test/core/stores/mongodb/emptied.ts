import t from "tap";
import type { Subject } from "../../../../core/contracts/suites/suite.js";
import { openMongodbStore, type MongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { dropDatabase, freshDatabase } from "../../../mongod/mongodb.js";

/** One store for all tests of a file, which finds itself empty each time: to make the indexes of a new one takes longer than most tests. */
export function emptiedStore(): () => Promise<Subject<MongodbStore>> {
  let opened: Promise<MongodbStore> | undefined;

  async function open(): Promise<MongodbStore> {
    const url = freshDatabase();
    const store = await openMongodbStore({ url });
    t.teardown(async () => {
      await store.close();
      await dropDatabase(url);
    });
    return store;
  }

  return async () => {
    const subject = await (opened ??= open());
    await empty(subject);
    return { subject, close: async () => undefined };
  };
}

/** Leaves what the open store remembers itself. */
async function empty({ database: { db } }: MongodbStore): Promise<void> {
  const collections = await db.collections();
  const kept = { _id: { $nin: ["store", "suppressions"] as never[] } };
  await Promise.all(collections.map((collection) => collection.deleteMany(kept)));
}
