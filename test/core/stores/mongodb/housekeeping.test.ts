import { test } from "tap";
import type { NewEvent } from "../../../../core/contracts/inbox.js";
import { captured } from "../../../../core/contracts/suites/store-erase.js";
import { minute, organization, start } from "../../../../core/contracts/suites/store-stage.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";

const skip = withoutMongodb;
const open = emptiedStore();

test("an event that waits for the intake never expires, a settled one does", { skip }, async (t) => {
  const { subject: store } = await open();
  await store.inbox.accept(["waits", "settled"].map(event));
  await store.database.inbox.updateOne({ _id: "settled" }, { $set: { dueAt: null, status: "dead" } });
  const before = { outbox: 0, idempotency: 0, events: start + minute, refused: 0 };
  t.equal(await store.expire(before, 9), 1);
  t.ok(await store.inbox.get(organization, "waits"));
  t.equal(await store.inbox.get(organization, "settled"), undefined);
});

test("several that remove what has expired at the same time remove each of it once", { skip }, async (t) => {
  const { subject: store } = await open();
  for (let one = 0; one < 12; one++) await store.outbox.capture(captured({ attemptId: `a${one}`, at: start + one }));
  const before = { outbox: start + 10, idempotency: 0, events: 0, refused: 0 };
  const removed = await Promise.all([1, 2, 3].map(() => store.expire(before, 100)));
  t.equal(
    removed.reduce((sum, count) => sum + count, 0),
    10,
  );
  t.equal(await store.database.outbox.countDocuments(), 2);
});

test("leases of claims and of events lapse when the store is taken over", { skip }, async (t) => {
  const { subject: store } = await open();
  await store.inbox.accept([event("one")]);
  await store.inbox.claimDue("shop", start, start + minute, 1);
  await store.takeOver();
  t.equal((await store.inbox.claimDue("shop", start, start + minute, 1)).length, 1);
});

test("a check writes each time, from several at the same time too", { skip }, async (t) => {
  const { subject: store } = await open();
  const checks = store.database.db.collection<{ _id: string; times: number }>("schema");
  await Promise.all([1, 2, 3, 4].map(() => store.check()));
  t.equal((await checks.findOne({ _id: "check" }))?.times, 4);
});

test("several that ask for a secret at the same time get the same one", { skip }, async (t) => {
  const { subject: store } = await open();
  const secrets = await Promise.all(Array.from({ length: 8 }, () => store.secret("one")));
  t.equal(new Set(secrets.map((secret) => Buffer.from(secret).toString("hex"))).size, 1);
});

function event(id: string): NewEvent {
  const home = { organization, source: "shop", deliveryId: id, type: "orders/paid", occurredAt: null };
  return {
    id,
    ...home,
    receivedAt: start,
    headers: {},
    query: "",
    body: new Uint8Array(),
    replayOf: null,
    dueAt: start,
  };
}
