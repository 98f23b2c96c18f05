import { strict as assert } from "node:assert";
import { MongoNetworkError } from "mongodb";
import { test } from "tap";
import { leaseAt, onInboxStage, shop } from "../../../../core/contracts/suites/store-inbox-stage.js";
import { minute, start } from "../../../../core/contracts/suites/store-stage.js";
import { mongodbAddresses } from "../../../../core/stores/mongodb/addresses.js";
import type { Database } from "../../../../core/stores/mongodb/database.js";
import { mongodbInbox } from "../../../../core/stores/mongodb/inbox.js";
import { mongodbSendings } from "../../../../core/stores/mongodb/sendings.js";
import { orUndone } from "../../../../core/stores/mongodb/undone.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { storeAndPeers } from "./peers.js";

const { make, store } = storeAndPeers();
const it = onInboxStage((name, body) => test(name, { skip: withoutMongodb }, body), make, "undone");
const gone = new MongoNetworkError("the connection broke");

test("a claim that failed is undone before that is told, however often the database has to be asked", async (t) => {
  let tries = 0;
  const undo = (): Promise<unknown> => (++tries < 3 ? Promise.reject(gone) : Promise.resolve());
  await t.rejects(
    orUndone(() => Promise.reject(new Error("claimed, perhaps")), undo),
    /claimed, perhaps/,
  );
  t.equal(tries, 3);
  t.equal(await orUndone(() => Promise.resolve("claimed"), undo), "claimed");
  t.equal(tries, 3);
});

/** The same database, whose first write in bulk to a collection is written and never answered. */
function unanswering(database: Database, name: "sendings" | "inbox"): Database {
  let isBroken = true;
  const collection = new Proxy(database[name], {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== "function") return value;
      if (property !== "bulkWrite" || !isBroken) return value.bind(target) as unknown;
      isBroken = false;
      return async (...args: unknown[]) => {
        await (value as (...of: unknown[]) => Promise<unknown>).apply(target, args);
        throw gone;
      };
    },
  });
  return { ...database, [name]: collection };
}

it("sendings that were claimed without an answer are due for whoever asks next", async ({ enrol, newId }) => {
  const { executionId } = await enrol({ emails: ["a@example.com", "b@example.com"] });
  const { database, secret } = store(0);
  const addresses = mongodbAddresses(database, await secret("suppressions"));
  const { claimDue } = mongodbSendings(unanswering(database, "sendings"), addresses);
  const request = { executionId, now: start, leaseUntil: start + minute, limit: 100, newId };
  await assert.rejects(claimDue(request), gone);
  assert.equal((await claimDue(request)).length, 2);
});

it("events that were claimed without an answer, too", async ({ inbox, news }) => {
  await inbox.accept([news(), news()]);
  const { database, secret } = store(0);
  const addresses = mongodbAddresses(database, await secret("suppressions"));
  const { claimDue } = mongodbInbox(unanswering(database, "inbox"), addresses);
  await assert.rejects(claimDue(shop, start, leaseAt(start), 10), gone);
  assert.equal((await claimDue(shop, start, leaseAt(start), 10)).length, 2);
});
