import { openMongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { freshDatabase } from "../../../mongod/mongodb.js";

export type OpenStore = Awaited<ReturnType<typeof openMongodbStore>>;

/** A store in a database of its own, which goes with the test. */
export async function freshStore(t: { teardown(handler: () => Promise<void>): void }): Promise<OpenStore> {
  const store = await openMongodbStore({ url: freshDatabase() });
  t.teardown(async () => {
    await store.database.db.dropDatabase();
    await store.close();
  });
  return store;
}
