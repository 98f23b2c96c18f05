import { strict as assert } from "node:assert";
import type { OutboxMessage } from "../model.js";
import type { Store } from "../store.js";
import { accepted, all, done, minute, news, onStage, organization, start, stranger } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** A captured message of one attempt. */
export function captured(rest: Partial<OutboxMessage>): OutboxMessage {
  return {
    id: "55555555-0000-7000-8000-000000000001",
    organization,
    at: start,
    sendingId: "55555555-0000-7000-8000-000000000002",
    stepId: "hello",
    attemptId: "55555555-0000-7000-8000-000000000003",
    channel: "email",
    to: "ada@example.com",
    from: "Acme <hi@acme.example>",
    replyTo: null,
    subject: "Hello",
    text: "Hello Ada",
    html: null,
    headers: { "X-One": "1" },
    ...rest,
  };
}

/** Erasing a person. */
export function eraseSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "erase");

  it("removes the person and ends what was to come", async ({ store, enrol, state, claimOne, call, settle }) => {
    const past = await enrol({ context: { order: 1 } });
    const claim = await claimOne(past.executionId);
    await call(claim);
    await settle(claim, { outcome: accepted });
    const coming = await enrol({ context: { order: 2 }, sequence: news });
    await store.outbox.capture(captured({ sendingId: past.sendingId }));
    await store.outbox.capture(captured({ to: "Elsewhere <x@example.com>" }));
    assert.equal(await store.contacts.erase(stranger, past.contactId, start), undefined);
    const erased = await store.contacts.erase(organization, past.contactId, start + minute);
    assert.deepEqual(erased, { contacts: 1, sendings: 2, messages: 1, answers: 0 });
    assert.equal(await store.contacts.get(organization, past.contactId), undefined);
    assert.equal((await store.contacts.list(organization, {}, all)).total, 0);
    assert.equal((await store.outbox.list(organization, {}, all)).total, 1);
    assert.deepEqual(await state(past.sendingId), done);
    assert.equal((await state(coming.sendingId)).reason, "erased");
    for (const { sendingId } of [past, coming]) {
      const sending = await store.sendings.get(organization, sendingId);
      assert.deepEqual(sending?.context, {});
      assert.equal(sending.contactId, past.contactId);
    }
    assert.equal(await store.contacts.erase(organization, past.contactId, start), undefined);
  });

  it("removes messages by the address as well", async ({ store, enrol }) => {
    const { contactId } = await enrol();
    await store.outbox.capture(captured({}));
    assert.equal((await store.contacts.erase(organization, contactId, start))?.messages, 1);
  });

  it("suppresses the address, so that a new contact is never written to", async ({ store, enrol, plan }) => {
    const { contactId } = await enrol();
    await store.contacts.erase(organization, contactId, start);
    const again = await store.executions.accept(plan());
    const verdict = { status: "unsubscribed", reason: "suppressed", contactId: null, sendingId: null };
    assert.deepEqual(again, { kind: "refused", outcomes: [verdict] });
  });

  it("takes the address out of kept answers, and they are replayed still", async ({ store, plan }) => {
    const call = { emails: ["ada@example.com", "armada@example.com"], key: "k" };
    const spelled = { ...plan(call), answer: () => JSON.stringify(["\tAda@Example.com ", "armada@example.com"]) };
    await store.executions.accept(spelled);
    const [contact] = (await store.contacts.list(organization, { email: "ada@example.com" }, all)).items;
    const contactId = contact?.id ?? "";
    assert.equal((await store.contacts.erase(organization, contactId, start))?.answers, 1);
    const again = await store.executions.accept(plan(call));
    assert.ok(again.kind === "replayed");
    assert.deepEqual(JSON.parse(again.body), ["\terased ", "armada@example.com"]);
  });

  it("knows the answers of those who were not queued", async ({ store, enrol }) => {
    const { contactId } = await enrol();
    await store.contacts.optOut(organization, contactId, start);
    await enrol({ sequence: news, emails: ["bob@example.com", "ADA@example.com".toLowerCase()], key: "k" });
    assert.equal((await store.contacts.erase(organization, contactId, start))?.answers, 1);
    const kept = await store.executions.answered(organization, "k");
    assert.ok(kept && !kept.body.includes("ada@"));
  });

  it("forgets what providers and templates said", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, contactId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    const outcome = { status: "rejected", reason: "ada@example.com does not exist", providerId: null } as const;
    const note = { kind: "skipped", stepId: null, reason: "when", note: "Ada is no friend" } as const;
    await settle(claim, { outcome, position: done, notes: [note] });
    await store.contacts.erase(organization, contactId, start);
    const timeline = await store.sendings.timeline(organization, sendingId);
    assert.deepEqual(
      timeline.map(({ kind }) => kind),
      ["created", "claimed", "calling", "settled", "skipped"],
    );
    assert.ok(
      timeline.every(({ note: text, kind, reason }) => text === null && (kind === "skipped" || reason === null)),
    );
  });

  it("keeps nothing of a call that was under way", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, contactId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    await store.contacts.erase(organization, contactId, start);
    await store.outbox.capture(captured({ sendingId, attemptId: claim.attemptId }));
    await settle(claim, { outcome: { status: "deferred", reason: "ada@example.com is busy", providerId: null } });
    assert.equal((await store.outbox.list(organization, {}, all)).total, 0);
    const timeline = await store.sendings.timeline(organization, sendingId);
    assert.ok(!JSON.stringify(timeline).includes("ada@"));
    assert.ok(timeline.some(({ outcome }) => outcome === "deferred"));
  });
}
