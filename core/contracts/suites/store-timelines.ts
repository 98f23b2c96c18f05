import { strict as assert } from "node:assert";
import type { Note, TimelineEntry } from "../model.js";
import type { Store } from "../store.js";
import {
  accepted,
  all,
  day,
  done,
  minute,
  news,
  onStage,
  organization,
  position,
  start,
  stranger,
} from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** What happened to a sending, and to a person. */
export function timelineSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "timelines");

  it("start with the creation", async ({ store, enrol }) => {
    const { sendingId } = await enrol();
    assert.deepEqual(await store.sendings.timeline(organization, sendingId), [entry({ kind: "created" })]);
  });

  it("tell attempts and notes in the order of their times", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId, start + 1);
    await call(claim, start + 3);
    const notes = [
      note("skipped", { stepId: "first", reason: "when", note: "not true", at: start + 2 }),
      note("waiting", { stepId: "bye", note: "until later" }),
    ];
    await settle(
      claim,
      { outcome: accepted, position: position({ stepId: "bye", dueAt: start + day }), notes },
      start + 4,
    );
    await store.sendings.cancel(organization, sendingId, "by_call", start + 5);
    const { attemptId } = claim;
    assert.deepEqual(await store.sendings.timeline(organization, sendingId), [
      entry({ kind: "created" }),
      entry({ kind: "claimed", at: start + 1, stepId: "hello", attemptId }),
      entry({ kind: "skipped", at: start + 2, stepId: "first", reason: "when", note: "not true" }),
      entry({ kind: "calling", at: start + 3, stepId: "hello", attemptId }),
      entry({
        kind: "settled",
        at: start + 4,
        stepId: "hello",
        attemptId,
        outcome: "accepted",
        providerId: "provider-1",
      }),
      entry({ kind: "waiting", at: start + 4, stepId: "bye", note: "until later" }),
      entry({ kind: "cancelled", at: start + 5, stepId: "bye", reason: "by_call" }),
    ]);
  });

  it("tell what happened at one time in the order of causes", async ({ store, enrol, claimOne, call, settle }) => {
    const { executionId, sendingId } = await enrol();
    await settle(await claimOne(executionId), { position: position(), notes: [note("skipped"), note("waiting")] });
    for (const reason of ["busy", "still busy"]) {
      const claim = await claimOne(executionId);
      await call(claim);
      await settle(claim, { outcome: { status: "deferred", reason, providerId: null }, position: position() });
    }
    const last = await claimOne(executionId);
    await call(last);
    await settle(last, {
      outcome: accepted,
      position: done,
      notes: [note("skipped", { at: start }), note("completed")],
    });
    const attempt = ["claimed", "calling", "settled"];
    assert.deepEqual(
      (await store.sendings.timeline(organization, sendingId)).map(({ kind }) => kind),
      ["created", "skipped", "waiting", ...attempt, ...attempt, "skipped", ...attempt, "completed"],
    );
  });

  it("of a contact hold all of its sendings, newest first, in pages", async ({ store, enrol, claimOne, settle }) => {
    const first = await enrol();
    const second = await enrol({ sequence: news, at: start + minute });
    await enrol({ emails: ["bob@example.com"] });
    await settle(await claimOne(first.executionId), { notes: [note("completed")] }, start + day);
    const { contactId } = first;
    const { items, total } = await store.contacts.timeline(organization, contactId, all);
    assert.equal(total, 3);
    assert.deepEqual(items, [
      { ...entry({ kind: "completed", at: start + day }), sendingId: first.sendingId },
      { ...entry({ kind: "created", at: start + minute }), sendingId: second.sendingId },
      { ...entry({ kind: "created" }), sendingId: first.sendingId },
    ]);
    assert.deepEqual(await store.contacts.timeline(organization, contactId, { page: 2, limit: 2 }), {
      items: items.slice(2),
      total: 3,
    });
    assert.deepEqual(await store.contacts.timeline(stranger, contactId, all), { items: [], total: 0 });
  });
}

function note(kind: Note["kind"], rest: Partial<Note> = {}): Note {
  return { kind, stepId: null, reason: null, note: null, ...rest };
}

function entry(rest: Partial<TimelineEntry> & Pick<TimelineEntry, "kind">): TimelineEntry {
  return {
    at: start,
    stepId: null,
    attemptId: null,
    outcome: null,
    reason: null,
    providerId: null,
    note: null,
    ...rest,
  };
}
