import { BSON } from "mongodb";
import { test } from "tap";
import { newContact } from "../../../../core/contracts/rules.js";
import { captured } from "../../../../core/contracts/suites/store-erase.js";
import {
  accepted,
  all,
  onStage,
  organization,
  position,
  start,
  type Stage,
} from "../../../../core/contracts/suites/store-stage.js";
import { mongodbAddresses, type Addresses } from "../../../../core/stores/mongodb/addresses.js";
import type { Database } from "../../../../core/stores/mongodb/database.js";
import { erase } from "../../../../core/stores/mongodb/erase.js";
import { atOnce } from "../../../../core/stores/mongodb/leaving.js";
import type { MongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";
import { doneDuring } from "./plans.js";

const skip = withoutMongodb;
const open = emptiedStore();

test("who is erased or removed while a call names them is left with nothing that goes on", { skip }, async (t) => {
  const { subject: store } = await open();
  await staged(store, async ({ plan, enrol }) => {
    const leave = [
      (id: string) => store.contacts.erase(organization, id, start),
      (id: string) => store.contacts.remove(organization, id, start),
    ];
    await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const emails = [`${index}@example.com`];
        const { contactId } = await enrol({ emails });
        // The same again, so that the call changes nothing of the contact.
        await Promise.all([store.executions.accept(plan({ emails })), leave[index % 2]?.(contactId)]);
      }),
    );
  });
  const people = new Set((await store.database.contacts.find().toArray()).map(({ _id }) => _id));
  const going = await store.database.sendings.find({ state: "open" }).toArray();
  t.same(
    going.filter(({ contactId }) => !people.has(contactId)),
    [],
  );
});

test("an erased address is nowhere in the database", { skip }, async (t) => {
  const { subject: store } = await open();
  await staged(store, async (stage) => {
    const others = Array.from({ length: 20 }, (_, index) => `person${index}@example.com`);
    const { contactId } = await stage.enrol({ emails: ["ada.lovelace@example.com", ...others], key: "k" });
    await stage.enrol({
      emails: ["ada.lovelace@example.com"],
      context: { who: "ada.lovelace" },
      fields: { firstName: "ada.lovelace" },
    });
    await live(stage, contactId);
    await heard(store, "ada.lovelace@example.com");
    t.ok(await isInside(store, "ada.lovelace"), "it was there");
    t.ok(await store.contacts.erase(organization, contactId, start));
    t.notOk(await isInside(store, "ada.lovelace"));
    t.ok(await isInside(store, "person7@example.com"));
  });
});

test("a long history is erased in parts, none of them longer than a transaction should be", { skip }, async (t) => {
  const { subject: store } = await open();
  const { database } = store;
  const contactId = await withPast(store, 2 * atOnce + 10);
  let erased: unknown;
  const done = await doneDuring(database.db, async () => {
    erased = await store.contacts.erase(organization, contactId, start);
  });
  const total = 2 * atOnce + 11;
  t.same(erased, { contacts: 1, sendings: total, messages: total, answers: total });
  t.ok(done.every(({ changed }) => changed <= atOnce));
  const forgotten = {
    contactId,
    state: "cancelled" as const,
    reason: "erased" as const,
    context: "{}",
    gone: true as const,
  };
  t.equal(await database.sendings.countDocuments(forgotten), total);
  t.notOk(await isInside(store, "ada"));
  t.equal((await store.executions.dueBy(start, 2 * total)).length, total);
});

test(
  "a long erasure that was cut off in the middle suppresses the person, and is finished when it is asked for again",
  { skip },
  async (t) => {
    const { subject: store } = await open();
    const contactId = await withPast(store, atOnce);
    const { database } = counted(store, 2);
    await t.rejects(erase(database, await addressesOf(store), organization, contactId, start), { message: "cut off" });
    t.ok(await store.contacts.get(organization, contactId));
    t.equal(await store.database.suppressions.countDocuments({ reason: "erased" }), 1);
    t.match(await store.contacts.erase(organization, contactId, start), { contacts: 1, sendings: 1 });
    t.notOk(await isInside(store, "ada"));
  },
);

test("an address is forgotten in parts in the events that name it", { skip }, async (t) => {
  const { subject: store } = await open();
  await store.contacts.create(newContact("c", organization, "ada@example.com", start));
  await heard(store, "ada@example.com", 2 * atOnce + 10);
  const { database, transactions } = counted(store);
  t.ok(await erase(database, await addressesOf(store), organization, "c", start));
  t.equal(transactions(), 3);
  t.equal(await store.database.inbox.countDocuments({ forgotten: true }), 2 * atOnce + 10);
  t.notOk(await isInside(store, "ada@"));
});

test("what is captured while its person is erased is not kept", { skip }, async (t) => {
  const { subject: store } = await open();
  await staged(store, async ({ enrol }) => {
    await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const { sendingId, contactId } = await enrol({ emails: [`${index}@example.com`] });
        const capture = (number: number) =>
          store.outbox.capture(
            captured({ id: `m${index}-${number}`, sendingId, attemptId: `a${number}`, to: "else@example.com" }),
          );
        await Promise.all([capture(1), capture(2), store.contacts.erase(organization, contactId, start), capture(3)]);
        await capture(4);
      }),
    );
  });
  t.equal((await store.outbox.list(organization, {}, all)).total, 0);
});

test("what is captured just before an erasure is committed is not kept", { skip }, async (t) => {
  const { subject: store } = await open();
  await staged(store, async ({ enrol }) => {
    const { sendingId, contactId } = await enrol();
    const late = captured({ sendingId, to: "else@example.com" });
    const transaction: Database["transaction"] = (work) =>
      store.database.transaction(async (session) => {
        const done = await work(session);
        await store.outbox.capture(late);
        t.equal((await store.outbox.list(organization, {}, all)).total, 1, "whoever captured it could not know");
        return done;
      });
    t.ok(await erase({ ...store.database, transaction }, await addressesOf(store), organization, contactId, start));
  });
  t.equal((await store.outbox.list(organization, {}, all)).total, 0);
});

test("of a person who was removed nothing new is kept, and what there was stays", { skip }, async (t) => {
  const { subject: store } = await open();
  await staged(store, async ({ enrol, claimOne, call, settle }) => {
    const { executionId, sendingId, contactId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    await store.outbox.capture(captured({ sendingId, attemptId: "before" }));
    await store.contacts.remove(organization, contactId, start);
    await store.outbox.capture(captured({ sendingId, attemptId: claim.attemptId }));
    await settle(claim, { outcome: { status: "rejected", reason: "ada@example.com is unknown", providerId: null } });
    t.same(
      (await store.outbox.list(organization, {}, all)).items.map(({ attemptId }) => attemptId),
      ["before"],
    );
    const timeline = await store.sendings.timeline(organization, sendingId);
    t.match(
      timeline.find(({ outcome }) => outcome === "rejected"),
      { reason: null },
    );
  });
});

/** The database of the store, which counts transactions, and refuses the one of this number. */
function counted(store: MongodbStore, refused = 0): { database: Database; transactions(): number } {
  let count = 0;
  const transaction: Database["transaction"] = async (work) => {
    if (++count === refused) throw new Error("cut off");
    return store.database.transaction(work);
  };
  return { database: { ...store.database, transaction }, transactions: () => count };
}

async function addressesOf({ database, secret }: MongodbStore): Promise<Addresses> {
  return mongodbAddresses(database, await secret("suppressions"));
}

/** A person with one sending of the stage, and as many copies of it, each with an answer and a captured message. */
async function withPast(store: MongodbStore, copies: number): Promise<string> {
  const { sendings, executions, answers, outbox } = store.database;
  let contactId = "";
  await staged(store, async ({ enrol }) => {
    contactId = (await enrol({ context: { who: "ada" }, key: "k" })).contactId;
  });
  const [sending] = await sendings.find().toArray();
  const [execution] = await executions.find().toArray();
  const [answer] = await answers.find().toArray();
  if (!sending || !execution || !answer) throw new Error("There is nothing to copy");
  const said = { at: start, kind: "skipped", stepId: null, reason: "when", said: "ada is no friend" } as const;
  const numbers = Array.from({ length: copies }, (_, index) => index);
  await sendings.insertMany(numbers.map((n) => ({ ...sending, _id: `s${n}`, executionId: `e${n}`, history: [said] })));
  await executions.insertMany(numbers.map((n) => ({ ...execution, _id: `e${n}` })));
  await answers.insertMany(numbers.map((n) => ({ ...answer, _id: `k${n}`, executionId: `e${n}` })));
  const ids = [sending._id, ...numbers.map((n) => `s${n}`)];
  await outbox.insertMany(ids.map((id) => ({ _id: id, ...captured({ sendingId: id }), headers: "{}" })));
  return contactId;
}

/** One message to the contact, with its address wherever one can be. */
async function live({ store, claim, call, settle }: Stage, contactId: string): Promise<void> {
  const { items } = await store.sendings.list(organization, { contactId }, { page: 1, limit: 1 }, start);
  const claims = await claim(items[0]?.executionId ?? "");
  for (const one of claims.filter(({ contact }) => contact.id === contactId)) {
    const { email } = one.contact;
    await call(one);
    await store.outbox.capture(captured({ sendingId: one.sending.id, to: email, text: `Hello ${email}` }));
    const note = { kind: "skipped", stepId: null, reason: "when", note: `${email} is no friend` } as const;
    await settle(one, {
      outcome: { ...accepted, reason: email },
      position: position({ stepIndex: 1 }),
      notes: [note],
    });
  }
}

/** So many events name the address; an entity of the first one does, too. */
async function heard({ inbox }: MongodbStore, email: string, times = 1): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify({ email: email.toUpperCase() }));
  const home = { organization, source: "shop", type: "orders/paid", occurredAt: null, receivedAt: start };
  const event = { ...home, headers: { from: email }, query: `email=${email}`, body, replayOf: null, dueAt: start };
  const ids = Array.from({ length: times }, (_, index) => `event${index}`);
  await inbox.accept(ids.map((id) => ({ ...event, id, deliveryId: id })));
  await inbox.claimDue("shop", start, start + 1, 1);
  const noTimes = { startsAt: null, endsAt: null, version: null, endedDelay: null };
  const about = { kind: "order", key: "order:1", aliases: [], replaces: null, status: "paid" } as const;
  const nothing = { reason: null, plans: [], cancels: [], redact: [], retryAt: null, wholeRefundId: "whole" };
  await inbox.settle(
    {
      ...nothing,
      eventId: "event0",
      lease: start + 1,
      status: "processed",
      notes: [email],
      commands: [{ email }],
      entity: { ...about, ...noTimes, data: { email } },
    },
    start,
  );
}

async function isInside({ database }: MongodbStore, text: string): Promise<boolean> {
  for (const collection of await database.db.collections()) {
    for await (const document of collection.find()) {
      const bytes = Buffer.from(BSON.serialize(document)).toString("latin1");
      if (bytes.toLowerCase().includes(text)) return true;
    }
  }
  return false;
}

/** With the sequences of the stage. */
async function staged(store: MongodbStore, body: (stage: Stage) => Promise<void>): Promise<void> {
  const run = onStage(
    (_, test) => test(),
    async () => ({ subject: store, close: async () => {} }),
    "erase",
  );
  await run("", body);
}
