import { strict as assert } from "node:assert";
import { test } from "tap";
import {
  bytes,
  leaseAt,
  nothing,
  onInboxStage,
  said,
  shop,
  type InboxStage,
} from "../../../../core/contracts/suites/store-inbox-stage.js";
import { all, minute, organization, start } from "../../../../core/contracts/suites/store-stage.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { storeAndPeers } from "./peers.js";
import { doneDuring } from "./plans.js";

const { make, store } = storeAndPeers();
const it = onInboxStage((name, body) => test(name, { skip: withoutMongodb }, body), make, "inbox plans");

const waiting = "{ source: 1, dueAt: 1, _id: 1, leaseUntil: 1 }";
const byAge = "{ organization: 1, receivedAt: 1, _id: 1, status: 1, type: 1 }";
const bySource = "{ organization: 1, source: 1, receivedAt: 1, _id: 1, type: 1 }";
const byStatus = "{ organization: 1, source: 1, status: 1, receivedAt: 1, _id: 1 }";
const dead = "{ organization: 1, receivedAt: 1, _id: 1 }";

type Ask = (stage: InboxStage) => Promise<unknown>;
const list =
  (filter: object): Ask =>
  ({ inbox }) =>
    inbox.list(organization, filter, { page: 1, limit: 2 });

/** What is asked, of which collection, and by which index its first answer is to be found. */
const asked: Record<string, [collection: string, index: string, ask: Ask]> = {
  "what is due": ["inbox", waiting, ({ inbox }) => inbox.claimDue(shop, start, leaseAt(start), 2)],
  "when the next one is due": ["inbox", waiting, ({ inbox }) => inbox.nextDue(shop)],
  "all events": ["inbox", byAge, list({})],
  "events of a type": ["inbox", byAge, list({ type: "orders/paid" })],
  "events of a time": ["inbox", byAge, list({ from: start, to: start + minute })],
  "events of a source": ["inbox", bySource, list({ source: shop })],
  "waiting events of a source": ["inbox", byStatus, list({ source: shop, status: "received" })],
  "dead events": ["inbox", dead, list({ status: "dead" })],
  "refused requests": [
    "refused",
    "{ organization: 1, source: 1, at: 1, _id: 1 }",
    ({ inbox }) => inbox.refused(organization, shop, all),
  ],
  "what has ended": ["entities", "{ endedDueAt: 1, _id: 1 }", ({ inbox }) => inbox.ended(start, 2)],
  "an entity": [
    "entities",
    "{ organization: 1, source: 1, names: 1 }",
    ({ inbox }) => inbox.entity(organization, shop, "booking:1"),
  ],
  "who is named in events": [
    "inbox",
    "{ organization: 1, mentions: 1 }",
    ({ store }) => store.contacts.erase(organization, "c", start),
  ],
};

it("every question is answered from the index that is made for it, in its order", async (stage) => {
  const { inbox, news, cause, store: front } = stage;
  const { db } = store(0).database;
  for (let one = 0; one < 20; one++) {
    const body = bytes(`${one}@example.com`);
    await inbox.accept([news({ dueAt: start + one, receivedAt: start + one, body }), news({ source: "other" })]);
    await cause({ entity: { key: `booking:${one}`, endedDelay: 0, data: { email: `${one}@example.com` } } });
  }
  await cause({ status: "dead" });
  await front.contacts.create({ ...(await person(stage)), id: "c" });
  for (const [what, [collection, index, ask]] of Object.entries(asked)) {
    const done = await doneDuring(db, () => ask(stage));
    const own = done.filter((one) => one.collection === collection && !one.isCount && one.plan !== "IDHACK");
    const [first, ...others] = own.filter(({ plan }) => !plan.endsWith("{ _id: 1 }"));
    assert.equal(first?.plan, `IXSCAN ${index}`, `${what}: ${first?.command}`);
    for (const { plan, command } of others) assert.equal(plan, `IXSCAN ${index}`, `${what}: ${command}`);
  }
});

it("claims, counts and filters do not look at documents that they do not answer", async (stage) => {
  const { inbox, news, cause } = stage;
  const { db } = store(0).database;
  for (let one = 0; one < 10; one++) await inbox.accept([news({ dueAt: start + one, receivedAt: start + one })]);
  await cause({}, start, { type: "ping" });
  const examined = async (ask: Ask) => (await doneDuring(db, () => ask(stage))).map((one) => one.examined);
  // The search, two leases, and the events themselves.
  const claimed = await examined(({ inbox }) => inbox.claimDue(shop, leaseAt(start), leaseAt(start) + minute, 2));
  assert.deepEqual(claimed, [0, 1, 1, 2]);
  assert.deepEqual(await examined(({ inbox }) => inbox.nextDue(shop)), [0]);
  for (const filter of [{ type: "ping" }, { status: "processed" }, { source: shop, status: "processed" }])
    assert.deepEqual((await examined(list(filter))).toSorted(), [0, 1], JSON.stringify(filter));
  assert.deepEqual((await examined(({ inbox }) => inbox.counts(organization, shop))).toSorted(), [0, 0, 0]);
});

it("nothing that an event causes walks through a collection that can grow", async (stage) => {
  const { inbox, cause, claimed, planned, news, started, claimOne, settle, state } = stage;
  const { db } = store(0).database;
  const done = await doneDuring(db, async () => {
    const { executionId, sendingId } = await started({ entity: "booking:1" });
    await cause({ entity: { endedDelay: 0 } });
    await settle(await claimOne(executionId), { position: { ...(await state(sendingId)), stage: "anchored" } });
    const cancels = [{ source: shop, entity: "booking:1", reason: "by_entity", sequenceIds: ["x"] }] as const;
    const moved = { endedDelay: 0, startsAt: start, replaces: "booking:0", aliases: ["booking:a"] };
    await cause({ entity: moved, cancels, plans: [planned({ entity: "booking:1" }), planned({ entity: "order:9" })] });
    const data = { total: 9, "refund:a": { amount: 9, currency: null }, refundEvent: (await claimed()).id };
    await cause({ entity: { ...said(), key: "order:1", kind: "order", data } });
    await inbox.settle(nothing((await claimed()).id, { status: "dead" }), start);
    await cause({ redact: ["ada@example.com"] });
    const [entity = assert.fail()] = await inbox.ended(Number.MAX_SAFE_INTEGER, 1);
    await inbox.tellEnded(entity, news());
    await inbox.accept([news(), news()]);
    await inbox.release(
      (await inbox.claimDue(shop, start, leaseAt(start), 9)).map(({ id }) => id),
      leaseAt(start),
    );
    await inbox.counts(organization, shop);
    await inbox.setSourceState(organization, shop, "paused", start);
    await inbox.sourceState(organization, shop);
  });
  assert.ok(done.length > 60, `${done.length} commands were seen`);
  // Sequences are as many as their files.
  const large = done.filter(({ collection }) => !["sequences", "sequenceVersions"].includes(collection));
  assert.deepEqual(
    large.filter(({ plan }) => plan.includes("COLLSCAN")),
    [],
  );
});

async function person({ store: front, enrol }: InboxStage) {
  const { contactId } = await enrol({ emails: ["c@example.com"] });
  const contact = (await front.contacts.get(organization, contactId)) ?? assert.fail();
  return { ...contact, email: "1@example.com" };
}
