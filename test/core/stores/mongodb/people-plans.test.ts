import { test } from "tap";
import { newContact } from "../../../../core/contracts/rules.js";
import { captured } from "../../../../core/contracts/suites/store-erase.js";
import { all, day, organization, start } from "../../../../core/contracts/suites/store-stage.js";
import type { MongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";
import { doneDuring } from "./plans.js";

const skip = withoutMongodb;
const open = emptiedStore();
const before = { outbox: start, idempotency: start, events: start, refused: start };
const byAge = "{ organization: 1, createdAt: 1, _id: 1 }";

/** What is asked, of which collection, and by which index it is to be found. */
const asked: Record<string, [collection: string, index: string, ask: (store: MongodbStore) => Promise<unknown>]> = {
  "all contacts": ["contacts", byAge, ({ contacts }) => contacts.list(organization, {}, all)],
  "contacts by a part of their names": [
    "contacts",
    byAge,
    ({ contacts }) => contacts.list(organization, { search: "a" }, all),
  ],
  "a contact by its address": [
    "contacts",
    "{ organization: 1, email: 1 }",
    ({ contacts }) => contacts.list(organization, { email: "a@b.c" }, all),
  ],
  "contacts by their telephone": [
    "contacts",
    "{ organization: 1, phone: 1, createdAt: 1, _id: 1 }",
    ({ contacts }) => contacts.list(organization, { phone: "+1" }, all),
  ],
  "contacts by their location": [
    "contacts",
    "{ organization: 1, locationId: 1, createdAt: 1, _id: 1 }",
    ({ contacts }) => contacts.list(organization, { locationId: "l" }, all),
  ],
  "the timeline of a contact": [
    "sendings",
    "{ contactId: 1, sequenceId: 1, createdAt: 1 }",
    ({ contacts }) => contacts.timeline(organization, "c", all),
  ],
  "all captured messages": [
    "outbox",
    "{ organization: 1, at: 1, _id: 1 }",
    ({ outbox }) => outbox.list(organization, {}, all),
  ],
  "captured messages to somebody": [
    "outbox",
    "{ organization: 1, to: 1, at: 1, _id: 1 }",
    ({ outbox }) => outbox.list(organization, { to: "a@b.c" }, all),
  ],
  "captured messages of a sending": [
    "outbox",
    "{ sendingId: 1, at: 1, _id: 1 }",
    ({ outbox }) => outbox.list(organization, { sendingId: "s" }, all),
  ],
  "what was parked": [
    "sendings",
    "{ parkedOn: 1, dueAt: 1, _id: 1 }",
    ({ channels }) => channels.resume("email", start),
  ],
  "a key": ["apiKeys", "{ hash: 1 }", ({ keys }) => keys.find("h")],
  "all keys": ["apiKeys", "{ organization: 1, createdAt: 1, _id: 1 }", ({ keys }) => keys.list(organization)],
  "events past their time": ["inbox", "{ receivedAt: 1, _id: 1 }", (store) => store.expire(before, 9)],
  "refused requests past their time": ["refused", "{ at: 1, _id: 1 }", (store) => store.expire(before, 9)],
  "answers past their time": ["answers", "{ createdAt: 1, _id: 1 }", (store) => store.expire(before, 9)],
  "messages past their time": ["outbox", "{ at: 1, _id: 1 }", (store) => store.expire(before, 9)],
};

test("every question is answered from the index that is made for it, in its order", { skip }, async (t) => {
  const { subject: store } = await open();
  for (let one = 0; one < 30; one++) {
    const at = start + one;
    const contact = newContact(`c${one}`, organization, `${one}@example.com`, at);
    await store.contacts.create({ ...contact, phone: "+1", locationId: one % 2 ? "l" : null });
    await store.outbox.capture(captured({ at, sendingId: `s${one}`, attemptId: `a${one}` }));
  }
  for (const [what, [collection, index, ask]] of Object.entries(asked)) {
    const done = await doneDuring(store.database.db, () => ask(store));
    const own = done.filter((one) => one.collection === collection);
    t.not(own.length, 0, what);
    for (const { plan, isCount, command } of own) {
      // Any index of the organization will do to count.
      if (isCount) t.match(plan, /^(COUNT_SCAN|IXSCAN) {/, `${what}: ${command}`);
      else t.equal(plan, `IXSCAN ${index}`, `${what}: ${command}`);
    }
  }
});

test("nothing that is done with people walks through a collection that can grow", { skip }, async (t) => {
  const { subject: store } = await open();
  const { contacts, channels, keys, outbox } = store;
  const done = await doneDuring(store.database.db, async () => {
    await contacts.create(newContact("c", organization, "ada@example.com", start));
    await contacts.patch(organization, "c", { email: "ada@example.org", unsubscribed: true }, start);
    await contacts.optOut(organization, "c", start);
    await contacts.suppress(organization, "bob@example.com", "bounced", start);
    await outbox.capture(captured({}));
    await channels.pause("email", "403", start, start);
    await channels.probe("email", start, start + day);
    await channels.resume("email", start);
    await keys.touch("k", start);
    await keys.revoke(organization, "k");
    await contacts.erase(organization, "c", start);
    await contacts.create(newContact("d", organization, "ada@example.com", start));
    await contacts.remove(organization, "d", start);
    await store.expire(before, 9);
    await store.check();
  });
  t.ok(done.length > 40, `${done.length} commands were seen`);
  // Sequences are as many as their files, secrets as many as their names.
  const large = done.filter(({ collection }) => !["sequences", "secrets"].includes(collection));
  t.same(
    large.filter(({ plan }) => plan.includes("COLLSCAN")),
    [],
  );
});

test("a question without an index is noticed", { skip }, async (t) => {
  const { database } = (await open()).subject;
  const done = await doneDuring(database.db, () => database.contacts.find({ title: "Countess" }).toArray());
  t.same(
    done.map(({ collection, plan }) => [collection, plan]),
    [["contacts", "COLLSCAN"]],
  );
});
