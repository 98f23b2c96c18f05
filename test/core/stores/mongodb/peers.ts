import t from "tap";
import { openMongodbStore, type MongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { databaseNamed } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";

/** What other processes have open beside the store that the tests of a file are given: the store itself, and two more on its database. */
export function storeAndPeers() {
  const emptied = emptiedStore();
  let peers: Promise<readonly MongodbStore[]> | undefined;

  async function open(store: MongodbStore): Promise<readonly MongodbStore[]> {
    const url = databaseNamed(store.database.db.databaseName);
    const others = await Promise.all([openMongodbStore({ url }), openMongodbStore({ url })]);
    t.teardown(() => Promise.all(others.map((one) => one.close())));
    return [store, ...others];
  }

  let all: readonly MongodbStore[] = [];
  return {
    async make() {
      const made = await emptied();
      all = await (peers ??= open(made.subject));
      return made;
    },
    /** One of them after the other. */
    store: (index: number): MongodbStore => all[index % all.length] as MongodbStore,
  };
}
