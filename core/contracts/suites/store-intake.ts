import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { nothing, nothingElse, onInboxStage, shop } from "./store-inbox-stage.js";
import { accepted, all, day, done, minute, news, organization, start, stranger, welcome } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** What one event causes: people started once, sendings cancelled. */
export function intakeSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onInboxStage(test, make, "intake");

  it("starts the people of an event, and says which executions to ring for", async (stage) => {
    const { store, inbox, cause, planned } = stage;
    const plan = planned({ entity: "order:1", dueAt: start + day });
    const commands = [{ do: "execute", sequence: "welcome" }];
    const { eventId, ...settled } = await cause({ plans: [plan], commands, notes: ["location left out"] });
    const ring = [{ executionId: plan.execution.id, at: start + day }];
    assert.deepEqual(settled, { ...nothingElse, held: true, status: "processed", reason: null, ring });
    const event = await inbox.get(organization, eventId);
    assert.deepEqual(
      [event?.executionIds, event?.commands, event?.notes, event?.dueAt],
      [[plan.execution.id], commands, ["location left out"], null],
    );
    const execution = await store.executions.get(organization, plan.execution.id);
    assert.deepEqual([execution?.source, execution?.entity], [shop, "order:1"]);
  });

  it("settled twice does what once does", async ({ store, inbox, claimed, planned }) => {
    const { id } = await claimed();
    const result = nothing(id, { plans: [planned()] });
    assert.equal((await inbox.settle(result, start)).held, true);
    const again = await inbox.settle(result, start);
    assert.deepEqual(again, { ...nothingElse, held: false, status: "processed", reason: null });
    assert.equal((await store.sendings.list(organization, {}, all, start)).total, 1);
  });

  it("the settlement of an event that nobody knows changes nothing", async ({ store, inbox, planned }) => {
    const settled = await inbox.settle(nothing("unknown", { plans: [planned()] }), start);
    assert.equal(settled.held, false);
    assert.equal((await store.sendings.list(organization, {}, all, start)).total, 0);
  });

  it("starts a person once per rule and entity, whatever the number of deliveries", async (stage) => {
    const { store, inbox, cause, planned } = stage;
    await cause({ plans: [planned({ entity: "order:1" })] });
    const again = await cause({ plans: [planned({ entity: "order:1" })] });
    assert.deepEqual([again.status, again.reason, again.ring], ["ignored", "repeated", []]);
    const notes = (await inbox.get(organization, again.eventId))?.notes;
    assert.deepEqual(notes, ["Rule on[0] started nobody: it has started this person before"]);
    const others = [
      planned({ entity: "order:2" }),
      planned({}),
      planned({ entity: "order:1" }, { rule: "on[1]" }),
      planned({ entity: "order:1", emails: ["bob@example.com"] }),
    ];
    for (const plan of others) assert.equal((await cause({ plans: [plan] })).ring.length, 1);
    assert.equal((await cause({ plans: [planned({})] })).reason, "repeated");
    assert.equal((await store.sendings.list(organization, {}, all, start)).total, 5);
  });

  it("knows a person whose sending was cancelled", async ({ store, cause, planned, started }) => {
    const { sendingId } = await started({ entity: "order:1" });
    await store.sendings.cancel(organization, sendingId, "by_call", start);
    assert.equal((await cause({ plans: [planned({ entity: "order:1" })] })).reason, "repeated");
  });

  it("an event that did part of what it asks is processed, and says what it left out", async (stage) => {
    const { inbox, cause, planned, started } = stage;
    await started({ entity: "order:1" });
    const fresh = planned({ entity: "order:1" }, { rule: "on[1]" });
    const { eventId, status, reason, ring } = await cause({ plans: [planned({ entity: "order:1" }), fresh] });
    assert.deepEqual([status, reason, ring.length], ["processed", "repeated", 1]);
    const event = await inbox.get(organization, eventId);
    assert.deepEqual(event?.notes, ["Rule on[0] started nobody: it has started this person before"]);
    assert.deepEqual(event.executionIds, [fresh.execution.id]);
  });

  it("says why the people of an event are not written to", async ({ store, enrol, cause, planned }) => {
    const { contactId } = await enrol();
    await store.contacts.optOut(organization, contactId, start);
    assert.equal((await cause({ plans: [planned({ sequence: news })] })).reason, "no_consent");
    await store.contacts.suppress(organization, "bob@example.com", "bounced", start);
    assert.equal((await cause({ plans: [planned({ emails: ["bob@example.com"] })] })).reason, "no_consent");
    const cooldown = planned({ reentry: { cooldown: "forever" }, entity: "order:9" });
    assert.equal((await cause({ plans: [cooldown] })).reason, "sequence_refused");
    assert.equal((await cause({ plans: [planned({ entity: "order:9" })] })).ring.length, 1);
  });

  it("a cool-down per entity counts what was sent for the same entity", async ({ enrol, cause, planned }) => {
    const reentry = { cooldown: 2 * day, per: "entity" } as const;
    const once = (rule: string) => ({ rule });
    await enrol({ reentry });
    const start = async (entity: string | undefined, rule: string, at?: number) => {
      const call = { reentry, ...(entity === undefined ? {} : { entity }), ...(at === undefined ? {} : { at }) };
      return (await cause({ plans: [planned(call, once(rule))] })).reason;
    };
    assert.equal(await start(undefined, "a"), "sequence_refused");
    assert.equal(await start("order:1", "a"), null);
    await cause({ entity: { kind: "order", key: "order:1", aliases: ["order:x"], startsAt: null, endsAt: null } });
    assert.equal(await start("order:1", "b"), "sequence_refused");
    assert.equal(await start("order:x", "c"), "sequence_refused");
    assert.equal(await start("order:2", "a"), null);
    assert.equal(await start("order:1", "d", Date.UTC(2026, 0, 7, 9)), null);
  });

  it("cancels what an entity started, also what failed, by any of its names", async (stage) => {
    const { cause, started, claimOne, settle, state, store } = stage;
    const open = await started({ entity: "order:1" });
    const failed = await started({ entity: "order:pay", emails: ["bob@example.com"] });
    await settle(await claimOne(failed.executionId), { position: { ...done, state: "failed", reason: "rejected" } });
    const other = await started({ entity: "order:2" });
    await cause({ entity: { kind: "order", key: "order:1", aliases: ["order:pay"], startsAt: null, endsAt: null } });
    const cancels = [{ source: shop, entity: "order:pay", reason: "by_entity", sequenceIds: null }] as const;
    const settled = await cause({ cancels }, start + minute);
    assert.deepEqual([settled.status, settled.reason], ["processed", null]);
    for (const { sendingId } of [open, failed]) {
      const { state: now, reason, dueAt } = await state(sendingId);
      assert.deepEqual([now, reason, dueAt], ["cancelled", "by_entity", null]);
    }
    assert.equal((await state(other.sendingId)).state, "open");
    assert.deepEqual(await store.executions.rest(open.executionId), null);
    assert.equal((await store.executions.get(organization, open.executionId))?.status, "completed");
  });

  it("cancels in some sequences only, and neither for another source nor for a stranger", async (stage) => {
    const { store, cause, started, state } = stage;
    const kept = await started({ entity: "order:1" });
    const ended = await started({ entity: "order:1", sequence: news }, "on[1]");
    const entity = { entity: "order:1", reason: "by_entity" } as const;
    const elsewhere = [{ ...entity, source: "other", sequenceIds: null }];
    await cause({ cancels: elsewhere });
    await cause({ cancels: [{ ...entity, source: shop, sequenceIds: null }] }, start, { organization: stranger });
    assert.equal((await state(ended.sendingId)).state, "open");
    await cause({ cancels: [{ ...entity, source: shop, sequenceIds: [news.id] }] });
    assert.equal((await state(ended.sendingId)).state, "cancelled");
    assert.equal((await state(kept.sendingId)).state, "open");
    assert.equal((await store.sendings.get(organization, kept.sendingId))?.sequenceId, welcome.id);
  });

  it("a call that is under way when its sending is cancelled is recorded all the same", async (stage) => {
    const { store, cause, started, claimOne, call, settle, state } = stage;
    const { executionId, sendingId } = await started({ entity: "order:1" });
    const claim = await claimOne(executionId);
    await call(claim);
    await cause({ cancels: [{ source: shop, entity: "order:1", reason: "by_entity", sequenceIds: null }] });
    await settle(claim, { outcome: accepted });
    assert.equal((await state(sendingId)).state, "cancelled");
    assert.equal((await store.sendings.get(organization, sendingId))?.handedOver, 1);
  });
}
