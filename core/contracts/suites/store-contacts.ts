import { strict as assert } from "node:assert";
import type { Contact } from "../model.js";
import { newContact } from "../rules.js";
import type { Store } from "../store.js";
import { all, minute, news, onStage, organization, start, stranger } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const ada: Contact = {
  ...newContact("33333333-0000-7000-8000-000000000001", organization, "ada@example.com", start),
  firstName: "Ada",
  lastName: "Lovelace",
  phone: "+441632960001",
  customFields: { plan: "gold", seats: 3 },
  tags: ["vip"],
};
const emile: Contact = {
  ...newContact("33333333-0000-7000-8000-000000000002", organization, "emile@example.com", start + 1),
  firstName: "Émile",
  lastName: "Zola",
  locationId: "44444444-0000-7000-8000-000000000001",
};

/** Contacts: keeping, finding, changing, leaving. */
export function contactSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "contacts");

  it("keeps a contact as it is", async ({ store: { contacts } }) => {
    assert.equal(await contacts.create(ada), "created");
    assert.deepEqual(await contacts.get(organization, ada.id), ada);
    assert.equal(await contacts.get(stranger, ada.id), undefined);
  });

  it("takes an address once per organization", async ({ store: { contacts }, newId }) => {
    await contacts.create(ada);
    assert.equal(await contacts.create({ ...ada, id: newId(), firstName: "Eve" }), "conflict");
    assert.equal(await contacts.create({ ...ada, id: newId(), organization: stranger }), "created");
    assert.deepEqual(await contacts.get(organization, ada.id), ada);
  });

  it("lists the newest first, in pages", async ({ store: { contacts }, newId }) => {
    await contacts.create(ada);
    await contacts.create(emile);
    await contacts.create({ ...ada, id: newId(), organization: stranger });
    const newest = await contacts.list(organization, {}, { page: 1, limit: 1 });
    assert.deepEqual(newest, { items: [emile], total: 2 });
    assert.deepEqual((await contacts.list(organization, {}, { page: 2, limit: 1 })).items, [ada]);
    assert.deepEqual(await contacts.list(organization, {}, { page: 3, limit: 1 }), { items: [], total: 2 });
  });

  const filters = [
    { filter: { email: "ada@example.com" }, found: [ada] },
    { filter: { phone: "+441632960001" }, found: [ada] },
    { filter: { locationId: emile.locationId as string }, found: [emile] },
    { filter: { search: "LOVE" }, found: [ada] },
    { filter: { search: "éMI" }, found: [emile] },
    { filter: { search: "@example" }, found: [emile, ada] },
    { filter: { search: "a%" }, found: [] },
    { filter: { search: "ada", locationId: emile.locationId as string }, found: [] },
  ];
  for (const { filter, found } of filters) {
    it(`finds by ${JSON.stringify(filter)}`, async ({ store: { contacts } }) => {
      await contacts.create(ada);
      await contacts.create(emile);
      assert.deepEqual(await contacts.list(organization, filter, all), { items: found, total: found.length });
      assert.equal((await contacts.list(stranger, filter, all)).total, 0);
    });
  }

  it("patches what the patch names", async ({ store: { contacts } }) => {
    await contacts.create(ada);
    const patch = { firstName: null, phone: "1", customFields: { plan: null, city: "Paris" }, tags: ["new", "new"] };
    const patched = await contacts.patch(organization, ada.id, patch, start + minute);
    const expected = { firstName: null, phone: "1", customFields: { seats: 3, city: "Paris" }, tags: ["new"] };
    assert.deepEqual(patched, { ...ada, ...expected, updatedAt: start + minute });
    assert.deepEqual(await contacts.get(organization, ada.id), patched);
    assert.equal(await contacts.patch(stranger, ada.id, patch, start), undefined);
  });

  it("moves to another address unless it is taken", async ({ store: { contacts } }) => {
    await contacts.create(ada);
    await contacts.create(emile);
    assert.equal(
      await contacts.patch(organization, ada.id, { email: emile.email, firstName: "Eve" }, start),
      "conflict",
    );
    assert.deepEqual(await contacts.get(organization, ada.id), ada);
    const moved = await contacts.patch(organization, ada.id, { email: "countess@example.com" }, start);
    assert.deepEqual(moved, { ...ada, email: "countess@example.com" });
    assert.equal((await contacts.list(organization, { search: "ada@" }, all)).total, 0);
  });

  it("opts out of marketing only", async ({ store, enrol, state }) => {
    const receipt = await enrol();
    const letter = await enrol({ sequence: news });
    const { contactId } = receipt;
    assert.equal(await store.contacts.optOut(stranger, contactId, start + minute), false);
    assert.equal(await store.contacts.optOut(organization, contactId, start + minute), true);
    assert.equal((await store.contacts.get(organization, contactId))?.unsubscribed, true);
    assert.equal((await state(receipt.sendingId)).state, "open");
    const { state: ended, reason, dueAt } = await state(letter.sendingId);
    assert.deepEqual({ ended, reason, dueAt }, { ended: "cancelled", reason: "opted_out", dueAt: null });
  });

  it("opts out of marketing that had failed, so that nobody takes it up again", async (stage) => {
    const { store, enrol, state, claimOne, settle } = stage;
    const receipt = await enrol();
    const letter = await enrol({ sequence: news });
    for (const { executionId, sendingId } of [receipt, letter]) {
      await settle(await claimOne(executionId), { position: { ...(await state(sendingId)), state: "failed" } });
    }
    await store.contacts.optOut(organization, letter.contactId, start + minute);
    assert.equal((await state(receipt.sendingId)).state, "failed");
    const { state: ended, reason } = await state(letter.sendingId);
    assert.deepEqual({ ended, reason }, { ended: "cancelled", reason: "opted_out" });
  });

  it("opts out twice as once", async ({ store, enrol }) => {
    const { contactId, sendingId } = await enrol({ sequence: news });
    await store.contacts.optOut(organization, contactId, start + minute);
    const once = await store.contacts.get(organization, contactId);
    assert.equal(await store.contacts.optOut(organization, contactId, start + 2 * minute), true);
    assert.deepEqual(await store.contacts.get(organization, contactId), once);
    assert.equal((await store.sendings.timeline(organization, sendingId)).length, 2);
  });

  it("a patch can opt out and in again", async ({ store, enrol, state }) => {
    const { contactId, sendingId } = await enrol({ sequence: news });
    await store.contacts.patch(organization, contactId, { unsubscribed: true }, start);
    assert.equal((await state(sendingId)).reason, "opted_out");
    const back = await store.contacts.patch(organization, contactId, { unsubscribed: false }, start);
    assert.ok(back !== undefined && back !== "conflict" && !back.unsubscribed);
  });

  it("removes the contact and ends what was to come", async ({ store, enrol, state, claimOne, settle }) => {
    const first = await enrol();
    const second = await enrol({ sequence: news });
    const failed = await enrol();
    await settle(await claimOne(failed.executionId), {
      position: { ...(await state(failed.sendingId)), state: "failed" },
    });
    assert.equal(await store.contacts.remove(stranger, first.contactId, start), false);
    assert.equal(await store.contacts.remove(organization, first.contactId, start), true);
    assert.equal(await store.contacts.get(organization, first.contactId), undefined);
    for (const { sendingId } of [first, second, failed]) {
      const { state: ended, reason } = await state(sendingId);
      assert.deepEqual({ ended, reason }, { ended: "cancelled", reason: "by_call" });
    }
    assert.equal(await store.contacts.remove(organization, first.contactId, start), false);
  });

  it("a removed contact may come again as somebody new", async ({ store, enrol }) => {
    const before = await enrol({ fields: { firstName: "Ada" } });
    await store.contacts.remove(organization, before.contactId, start);
    const after = await enrol();
    assert.notEqual(after.contactId, before.contactId);
    assert.equal((await store.contacts.get(organization, after.contactId))?.firstName, null);
  });

  it("suppresses an address, known or not, whatever the purpose", async ({ store, enrol, plan, claimOne }) => {
    const before = await enrol();
    await store.contacts.suppress(organization, "ada@example.com", "bounced", start);
    await store.contacts.suppress(organization, "ada@example.com", "complained", start);
    assert.equal((await claimOne(before.executionId)).suppressed, true);
    const refused = await store.executions.accept(plan());
    assert.ok(refused.kind === "refused");
    const verdict = { status: "unsubscribed", reason: "suppressed", contactId: before.contactId, sendingId: null };
    assert.deepEqual(refused.outcomes, [verdict]);
    assert.equal((await store.executions.accept(plan({ organization: stranger }))).kind, "accepted");
  });

  it("a suppression follows the address, not the contact", async ({ store, enrol, claimOne }) => {
    const { executionId, contactId } = await enrol();
    await store.contacts.suppress(organization, "bounced@example.com", "bounced", start);
    await store.contacts.patch(organization, contactId, { email: "bounced@example.com" }, start);
    assert.equal((await claimOne(executionId)).suppressed, true);
  });
}
