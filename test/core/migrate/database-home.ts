import t from "tap";
import { openMongodbDump } from "../../../core/stores/mongodb/dump.js";
import { openMongodbStore } from "../../../core/stores/mongodb/mongodb-store.js";
import { dropDatabase, freshDatabase } from "../../mongod/mongodb.js";
import type { Ends } from "../stores/sqlite/files.js";
import { during, type Home } from "./stores.js";

/** To make the indexes of a database takes a second: one that a test has given back is emptied for the next. */
const free: string[] = [];
const made: string[] = [];

t.teardown(() => Promise.all(made.map((url) => dropDatabase(url))));

/** A database of its own for one test. */
export async function databaseHome(test: Ends): Promise<Home> {
  const url = free.pop() ?? freshDatabase();
  if (!made.includes(url)) made.push(url);
  test.teardown(async () => {
    await during(openMongodbDump({ url }), async (dump) => {
      await dump.clear();
      await dump.mark("in", undefined);
      await dump.mark("out", undefined);
    });
    free.push(url);
  });
  return { store: () => openMongodbStore({ url }), dump: () => openMongodbDump({ url }) };
}
