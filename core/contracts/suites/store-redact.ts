import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { bytes, nothing, onInboxStage, shop, type InboxStage } from "./store-inbox-stage.js";
import { captured } from "./store-erase.js";
import { all, minute, organization, start, stranger } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const ada = "ada@example.com";
const spellings: Record<string, string> = {
  JSON: '{"email":"Ada@Example.com"}',
  "escaped JSON": '{"email":"ada\\u0040example.com"}',
  "a form": "id=1&email=ada%40example.com",
  "a sentence": "Write to <ada@example.com>.",
};

/** Forgetting a person in what events have brought. */
export function redactSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onInboxStage(test, make, "redact");

  it("erases the person, and empties the event that asks for it", async ({ store, inbox, enrol, state, cause }) => {
    const { contactId, sendingId } = await enrol();
    await store.outbox.capture(captured({ sendingId }));
    const body = bytes(spellings["JSON"] ?? "");
    const commands = [{ do: "redact", email: ada }];
    const event = { body, headers: { from: ada, topic: "customers/redact" }, query: `to=${ada}` };
    const notes = [`Told by ${ada}`, "Told by the shop"];
    const settled = await cause({ redact: [" Ada@Example.com "], commands, notes }, start, event);
    assert.deepEqual([settled.status, settled.reason], ["processed", null]);
    assert.equal(await store.contacts.get(organization, contactId), undefined);
    assert.equal((await state(sendingId)).reason, "erased");
    assert.equal((await store.outbox.list(organization, {}, all)).total, 0);
    const kept = (await inbox.get(organization, settled.eventId)) ?? assert.fail();
    assert.deepEqual([kept.body.length, kept.query, kept.commands], [0, "", []]);
    assert.deepEqual(kept.headers, { topic: "customers/redact" });
    assert.deepEqual(kept.notes, ["Told by the shop"]);
  });

  for (const [where, text] of Object.entries(spellings)) {
    it(`finds the address in ${where}`, async ({ inbox, cause }) => {
      const { eventId } = await cause({}, start, { body: bytes(text) });
      const waiting = await cause({ status: "received", retryAt: start }, start, { body: bytes(text) });
      await cause({ redact: [ada] });
      assert.equal((await inbox.get(organization, eventId))?.body.length, 0);
      assert.equal((await inbox.get(organization, waiting.eventId))?.body.length, 0);
    });
  }

  it("finds it in commands, notes and entities", async (stage) => {
    const { inbox, cause } = stage;
    const { eventId } = await cause({
      commands: [{ do: "execute", contact: { email: ada } }],
      notes: [`${ada} has no name`, "no location"],
      entity: { data: { email: ada, lastName: "Lovelace" } },
    });
    await cause({ redact: [ada] });
    const event = await inbox.get(organization, eventId);
    assert.deepEqual([event?.commands, event?.notes], [[], ["no location"]]);
    const entity = await inbox.entity(organization, shop, "booking:1");
    assert.deepEqual([entity?.data, entity?.status], [{}, "booked"]);
  });

  it("leaves alone who has another address, and other organizations", async ({ inbox, cause, enrol, store }) => {
    const { contactId } = await enrol({ organization: stranger });
    const others = ["armada@example.com", "ada@example.com.mx", "ada+shop@example.com"];
    const kept = [];
    for (const email of others) kept.push((await cause({}, start, { body: bytes(`{"email":"${email}"}`) })).eventId);
    const theirs = await cause({}, start, { organization: stranger, body: bytes(ada) });
    await cause({ redact: [ada] });
    for (const id of kept) assert.notEqual((await inbox.get(organization, id))?.body.length, 0);
    assert.deepEqual((await inbox.get(stranger, theirs.eventId))?.body, bytes(ada));
    assert.ok(await store.contacts.get(stranger, contactId));
  });

  it("suppresses an address that nobody is known by", async ({ cause, planned }) => {
    await cause({ redact: [ada] });
    assert.equal((await cause({ plans: [planned()] })).reason, "no_consent");
  });

  it("keeps nothing of the person in what is settled with it, or after it", async ({ inbox, cause, claimed }) => {
    const before = await claimed({ body: bytes(ada) });
    const entity = { data: { email: ada } };
    const commands = [{ do: "execute", contact: { email: ada, lastName: "Lovelace" } }];
    const { eventId } = await cause({ redact: [ada], entity: { key: "booking:2", ...entity }, commands });
    const { lease, status } = nothing(before.id);
    const late = { ...nothing(before.id), lease, status, commands, notes: ["Lovelace"], entity: null };
    await inbox.settle(late, start);
    for (const id of [eventId, before.id]) assert.deepEqual((await inbox.get(organization, id))?.commands, []);
    assert.deepEqual((await inbox.entity(organization, shop, "booking:2"))?.data, {});
  });

  it("erasing a contact does the same", async (stage) => {
    const { store, inbox, cause, enrol } = stage;
    const { contactId } = await enrol();
    const { eventId } = await cause({ entity: { data: { email: ada } } }, start, { body: bytes(ada) });
    await store.contacts.erase(organization, contactId, start + minute);
    await isEmpty(stage, eventId);
    assert.deepEqual((await inbox.entity(organization, shop, "booking:1"))?.data, {});
  });

  it("of what expired there is nothing to find", async (stage) => {
    const { store, cause, inbox, news } = stage;
    await cause({}, start, { body: bytes(ada), deliveryId: "one" });
    await store.expire({ outbox: 0, idempotency: 0, events: start + 1, refused: 0 }, 9);
    await inbox.accept([news({ deliveryId: "one", body: bytes("{}") })]);
    await cause({ redact: [ada] });
    assert.equal((await inbox.list(organization, {}, all)).total, 2);
  });
}

async function isEmpty({ inbox }: InboxStage, id: string): Promise<void> {
  const event = (await inbox.get(organization, id)) ?? assert.fail();
  assert.deepEqual([event.body.length, event.query, event.commands], [0, "", []]);
}
