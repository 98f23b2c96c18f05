import { strict as assert } from "node:assert";
import { test } from "tap";
import { bytes, onInboxStage, shop } from "../../../../core/contracts/suites/store-inbox-stage.js";
import { organization, start } from "../../../../core/contracts/suites/store-stage.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { storeAndPeers } from "./peers.js";

const { make, store } = storeAndPeers();
const it = onInboxStage((name, body) => test(name, { skip: withoutMongodb }, body), make, "mentions");

const ada = "ada@example.com";
const crowd = (with_: string) => [...Array.from({ length: 1_500 }, (_, one) => `${one}@example.com`), with_].join(" ");

it("an event or an entity of very many people is found by each of them, and by nobody else", async (stage) => {
  const { inbox, cause } = stage;
  const entity = (key: string, email: string) => ({ key, data: { text: crowd(email) } });
  const named = await cause({ entity: entity("booking:1", "Ada@Example.com") }, start, { body: bytes(crowd(ada)) });
  const other = await cause({ entity: entity("booking:2", "x@x.com") }, start, { body: bytes(crowd("armada@x.com")) });
  await cause({ redact: [ada] });
  assert.equal((await inbox.get(organization, named.eventId))?.body.length, 0);
  assert.notEqual((await inbox.get(organization, other.eventId))?.body.length, 0);
  assert.deepEqual((await inbox.entity(organization, shop, "booking:1"))?.data, {});
  assert.notDeepEqual((await inbox.entity(organization, shop, "booking:2"))?.data, {});
});

it("whoever else is named in what is left of an event is found in it still", async ({ inbox, cause }) => {
  const headers = { from: "bob@example.com", to: ada };
  const { eventId } = await cause({ notes: ["Told by eve@example.com"] }, start, { headers, body: bytes(ada) });
  await cause({ redact: [ada] });
  const kept = await inbox.get(organization, eventId);
  assert.deepEqual([kept?.headers, kept?.notes], [{ from: "bob@example.com" }, ["Told by eve@example.com"]]);
  await cause({ redact: ["bob@example.com", "eve@example.com"] });
  const emptied = await inbox.get(organization, eventId);
  assert.deepEqual([emptied?.headers, emptied?.notes], [{}, []]);
});

it("no address stands in what events and entities are found by", async ({ cause }) => {
  await cause({ entity: { data: { email: ada } }, commands: [{ email: ada }] }, start, { body: bytes(ada) });
  const { inbox, entities } = store(0).database;
  const found = [await inbox.findOne({}), await entities.findOne({})];
  assert.deepEqual(
    found.map((one) => one?.mentions?.map((hash) => hash.length)),
    [[44], [44]],
  );
});
