import { test } from "tap";
import type { Store } from "../../../../core/contracts/store.js";
import { channelSuite } from "../../../../core/contracts/suites/store-channels.js";
import { contactSuite } from "../../../../core/contracts/suites/store-contacts.js";
import { eraseSuite } from "../../../../core/contracts/suites/store-erase.js";
import { housekeepingSuite } from "../../../../core/contracts/suites/store-housekeeping.js";
import { timelineSuite } from "../../../../core/contracts/suites/store-timelines.js";
import type { Subject } from "../../../../core/contracts/suites/suite.js";
import { openMongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { freshDatabase, withoutMongodb, mongodbUrl } from "../../../mongod/mongodb.js";

const url = mongodbUrl === undefined ? "" : freshDatabase();
async function make(): Promise<Subject<Store>> {
  const subject = await openMongodbStore({ url });
  return {
    subject,
    async close() {
      for (const { collectionName } of await subject.database.db.collections()) {
        if (!["schema", "secrets"].includes(collectionName))
          await subject.database.db.collection(collectionName).deleteMany({});
      }
      await subject.close();
    },
  };
}
for (const suite of [contactSuite, eraseSuite, channelSuite, housekeepingSuite, timelineSuite])
  suite((name, body) => test(`mongodb: ${name}`, { skip: withoutMongodb }, body), make);
