import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import {
  all,
  day,
  done,
  minute,
  news,
  onStage,
  organization,
  position,
  positionOf,
  start,
  stranger,
  welcome,
} from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** Accepting an execute call. */
export function acceptSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "accept");

  it("writes contact, execution and sending", async ({ store, enrol }) => {
    const call = {
      fields: { firstName: "Ada" },
      locationId: "loc",
      employeeId: "emp",
      context: { order: 1001 },
      entity: "order:1",
    };
    const { executionId, contactId, sendingId, people } = await enrol({ ...call, dueAt: start + minute });
    assert.deepEqual(people, [{ status: "queued", reason: null, contactId, sendingId }]);
    const contact = await store.contacts.get(organization, contactId);
    assert.deepEqual([contact?.email, contact?.firstName, contact?.locationId], ["ada@example.com", "Ada", "loc"]);
    assert.deepEqual(await store.executions.get(organization, executionId), {
      id: executionId,
      organization,
      sequenceId: welcome.id,
      sequenceVersion: 1,
      source: "api",
      eventId: null,
      entity: "order:1",
      status: "running",
      contactsProcessed: 1,
      sendingsCreated: 1,
      startAt: start + minute,
      createdAt: start,
    });
    assert.deepEqual(await store.sendings.get(organization, sendingId), {
      ...position({ dueAt: start + minute }),
      id: sendingId,
      organization,
      executionId,
      sequenceId: welcome.id,
      sequenceVersion: 1,
      purpose: "transactional",
      contactId,
      locationId: "loc",
      employeeId: "emp",
      entity: "order:1",
      context: { order: 1001 },
      handedOver: 0,
      createdAt: start,
      updatedAt: start,
    });
    assert.equal(await store.executions.get(stranger, executionId), undefined);
    assert.equal(await store.sendings.get(stranger, sendingId), undefined);
  });

  it("lays the call's fields over a known contact", async ({ store, enrol }) => {
    const before = await enrol({
      fields: { firstName: "Ada", tags: ["a"], customFields: { x: 1 } },
      locationId: "first",
    });
    const fields = { firstName: null, title: "Dr", tags: ["b"], customFields: { y: 2 } };
    const after = await enrol({ fields, locationId: "second", at: start + minute });
    assert.equal(after.contactId, before.contactId);
    const contact = await store.contacts.get(organization, after.contactId);
    assert.deepEqual(contact, {
      id: before.contactId,
      organization,
      email: "ada@example.com",
      firstName: null,
      lastName: null,
      phone: null,
      title: "Dr",
      preferredLanguage: null,
      timeZone: null,
      locationId: "first",
      customFields: { x: 1, y: 2 },
      tags: ["a", "b"],
      unsubscribed: false,
      createdAt: start,
      updatedAt: start + minute,
    });
    assert.equal((await store.sendings.get(organization, after.sendingId))?.locationId, "second");
  });

  it("keeps people and organizations apart", async ({ store, enrol }) => {
    const ours = await enrol({ emails: ["ada@example.com", "bob@example.com"] });
    const theirs = await enrol({ organization: stranger });
    assert.notEqual(theirs.contactId, ours.contactId);
    const { contactsProcessed, sendingsCreated } =
      (await store.executions.get(organization, ours.executionId)) ?? assert.fail();
    assert.deepEqual({ contactsProcessed, sendingsCreated }, { contactsProcessed: 2, sendingsCreated: 2 });
    assert.equal((await store.contacts.list(stranger, {}, all)).total, 1);
  });

  it("writes those who may not be sent to, without a sending", async ({ store, enrol }) => {
    const { contactId } = await enrol();
    await store.contacts.optOut(organization, contactId, start);
    const call = { sequence: news, emails: ["ada@example.com", "bob@example.com"], fields: { title: "Dr" } };
    const { executionId, people } = await enrol(call);
    assert.deepEqual(people[0], { status: "unsubscribed", reason: "opted_out", contactId, sendingId: null });
    assert.equal(people[1]?.status, "queued");
    const contact = await store.contacts.get(organization, contactId);
    assert.deepEqual([contact?.title, contact?.unsubscribed], ["Dr", true]);
    const execution = await store.executions.get(organization, executionId);
    assert.deepEqual([execution?.contactsProcessed, execution?.sendingsCreated], [2, 1]);
  });

  it("sends transactional messages to those who opted out", async ({ store, enrol }) => {
    const { contactId } = await enrol();
    await store.contacts.optOut(organization, contactId, start);
    assert.equal((await enrol()).people[0]?.status, "queued");
  });

  it("refuses a call for nobody, and writes nothing", async ({ store, enrol, plan }) => {
    const { contactId } = await enrol();
    await store.contacts.optOut(organization, contactId, start);
    await store.contacts.suppress(organization, "bob@example.com", "bounced", start);
    const before = await store.contacts.get(organization, contactId);
    const call = { sequence: news, emails: ["ada@example.com", "bob@example.com"], fields: { title: "Dr" }, key: "k" };
    const refused = plan(call);
    assert.deepEqual(await store.executions.accept(refused), {
      kind: "refused",
      outcomes: [
        { status: "unsubscribed", reason: "opted_out", contactId, sendingId: null },
        { status: "unsubscribed", reason: "suppressed", contactId: null, sendingId: null },
      ],
    });
    assert.deepEqual(await store.contacts.list(organization, {}, all), { items: [before], total: 1 });
    assert.equal(await store.executions.get(organization, refused.execution.id), undefined);
    assert.equal(await store.executions.answered(organization, "k"), undefined);
  });

  it("a dry run answers and writes nothing", async ({ store, enrol, plan }) => {
    const { contactId } = await enrol();
    const dry = plan({
      emails: ["ada@example.com", "bob@example.com"],
      fields: { title: "Dr" },
      key: "k",
      dryRun: true,
    });
    const answer = await store.executions.accept(dry);
    assert.ok(answer.kind === "accepted");
    const { outcomes } = JSON.parse(answer.body) as { outcomes: unknown };
    assert.deepEqual(outcomes, [
      { status: "queued", reason: null, contactId, sendingId: null },
      { status: "queued", reason: null, contactId: null, sendingId: null },
    ]);
    assert.equal((await store.contacts.get(organization, contactId))?.title, null);
    assert.equal((await store.contacts.list(organization, {}, all)).total, 1);
    assert.equal((await store.sendings.list(organization, {}, all, start)).total, 1);
    assert.equal(await store.executions.answered(organization, "k"), undefined);
  });

  it("refuses who was here within the cool-down", async ({ store, enrol, plan }) => {
    const reentry = { cooldown: 2 * day };
    const { contactId } = await enrol({ reentry });
    const soon = await store.executions.accept(plan({ reentry, at: start + 2 * day - 1 }));
    const cooldown = { status: "cooldown", reason: "cooldown", contactId, sendingId: null };
    assert.deepEqual(soon, { kind: "refused", outcomes: [cooldown] });
    assert.equal((await store.executions.accept(plan({ reentry, at: start + 2 * day }))).kind, "accepted");
    assert.equal(
      (await store.executions.accept(plan({ reentry: { cooldown: "forever" }, at: start + 99 * day }))).kind,
      "refused",
    );
    assert.equal((await store.executions.accept(plan({ sequence: news, reentry }))).kind, "accepted");
  });

  it("a sending that was cancelled before its first message starts no cool-down", async (stage) => {
    const { store, enrol, plan, claimOne, call, settle } = stage;
    const reentry = { cooldown: "forever" } as const;
    const first = await enrol({ reentry });
    await store.sendings.cancel(organization, first.sendingId, "by_call", start);
    const second = await enrol({ reentry });
    const claim = await claimOne(second.executionId);
    await call(claim);
    await settle(claim, {
      outcome: { status: "accepted", reason: null, providerId: null },
      position: position({ stepIndex: 1 }),
    });
    await store.sendings.cancel(organization, second.sendingId, "by_call", start);
    assert.equal((await store.executions.accept(plan({ reentry }))).kind, "refused");
  });

  it("replays the answer of a key, and knows another call", async ({ store, plan }) => {
    const first = await store.executions.accept(plan({ key: "k" }));
    assert.ok(first.kind === "accepted");
    assert.deepEqual(await store.executions.accept(plan({ key: "k" })), { kind: "replayed", body: first.body });
    assert.deepEqual(await store.executions.accept(plan({ key: "k", fingerprint: "two" })), { kind: "reused" });
    assert.deepEqual(await store.executions.answered(organization, "k"), { fingerprint: "one", body: first.body });
    assert.equal(await store.executions.answered(stranger, "k"), undefined);
    assert.equal((await store.executions.accept(plan({ key: "k", organization: stranger }))).kind, "accepted");
    assert.equal((await store.sendings.list(organization, {}, all, start)).total, 1);
  });

  it("calls that race with one key make one execution", async ({ store, plan }) => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.executions.accept(plan({ key: "k" }))));
    assert.equal(answers.filter(({ kind }) => kind === "accepted").length, 1);
    assert.equal(answers.filter(({ kind }) => kind === "replayed").length, 7);
    assert.equal(new Set(answers.map((answer) => "body" in answer && answer.body)).size, 1);
    assert.equal((await store.sendings.list(organization, {}, all, start)).total, 1);
  });

  it("calls that race for one new person make one contact", async ({ store, plan }) => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.executions.accept(plan())));
    assert.ok(answers.every(({ kind }) => kind === "accepted"));
    assert.equal((await store.contacts.list(organization, {}, all)).total, 1);
    assert.equal((await store.sendings.list(organization, {}, all, start)).total, 8);
  });

  it("starts everybody where the plan says", async ({ store, plan }) => {
    const parked = position({
      stepId: null,
      stage: "inside",
      parkedOn: "email",
      reason: "channel_paused",
      deferrals: 2,
      doubts: 1,
    });
    for (const start of [parked, done]) {
      const made = { ...plan(), start };
      await store.executions.accept(made);
      const sending = await store.sendings.get(organization, made.people[0]?.sendingId ?? "");
      assert.deepEqual(sending && positionOf(sending), start);
    }
  });
}
