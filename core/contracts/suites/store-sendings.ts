import { strict as assert } from "node:assert";
import type { SendingStatus } from "../model.js";
import type { Store } from "../store.js";
import {
  accepted,
  all,
  day,
  minute,
  news,
  onStage,
  organization,
  position,
  start,
  stranger,
  welcome,
  type Stage,
} from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

/** Reading sendings. */
export function sendingSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "sendings");

  it("are listed newest first, in pages", async ({ store: { sendings }, enrol }) => {
    const older = await enrol({ emails: ["a@example.com", "b@example.com"] });
    const newer = await enrol({ at: start + minute });
    await enrol({ organization: stranger });
    const expected = [newer.sendingId, older.people[1]?.sendingId, older.sendingId];
    const first = await sendings.list(organization, {}, { page: 1, limit: 2 }, start);
    assert.deepEqual([first.items.map(({ id }) => id), first.total], [expected.slice(0, 2), 3]);
    assert.deepEqual(
      (await sendings.list(organization, {}, { page: 2, limit: 2 }, start)).items.map(({ id }) => id),
      expected.slice(2),
    );
    assert.deepEqual(first.items[0], await sendings.get(organization, newer.sendingId));
  });

  it("are filtered by sequence, contact, execution and time", async ({ store: { sendings }, enrol }) => {
    const one = await enrol();
    const two = await enrol({ sequence: news, emails: ["bob@example.com"], at: start + minute });
    const { executionId, contactId } = two;
    const filters = [
      { filter: { sequenceId: welcome.id }, found: [one] },
      { filter: { contactId }, found: [two] },
      { filter: { executionId }, found: [two] },
      { filter: { contactId, executionId, sequenceId: news.id }, found: [two] },
      { filter: { contactId, sequenceId: welcome.id }, found: [] },
      { filter: { from: start + 1 }, found: [two] },
      { filter: { to: start + minute }, found: [one] },
      { filter: { from: start, to: start + minute + 1 }, found: [two, one] },
    ];
    for (const { filter, found } of filters) {
      const { items, total } = await sendings.list(organization, filter, all, start);
      assert.deepEqual([items.map(({ id }) => id), total], [found.map(({ sendingId }) => sendingId), found.length]);
      assert.equal((await sendings.list(stranger, filter, all, start)).total, 0);
    }
  });

  it("are filtered by the status that callers see", async (stage) => {
    const ids = await oneOfEachStatus(stage);
    for (const [status, id] of Object.entries(ids) as [SendingStatus, string][]) {
      const { items } = await stage.store.sendings.list(organization, { status }, all, start + minute);
      assert.deepEqual(
        items.map((sending) => sending.id),
        [id],
        status,
      );
    }
    const later = await stage.store.sendings.list(organization, { status: "pending" }, all, start + 2 * day);
    assert.equal(later.total, 2);
  });

  it("are nobody else's business", async ({ store: { sendings }, enrol }) => {
    const { sendingId } = await enrol();
    assert.equal(await sendings.get(stranger, sendingId), undefined);
    assert.equal(await sendings.get(organization, "unknown"), undefined);
    assert.deepEqual(await sendings.timeline(stranger, sendingId), []);
    assert.equal(await sendings.cancel(stranger, sendingId, "by_call", start), undefined);
    assert.equal(await sendings.move(stranger, sendingId, ["open"], position(), [], start), undefined);
  });
}

async function oneOfEachStatus({
  store,
  enrol,
  claimOne,
  call,
  settle,
}: Stage): Promise<Record<SendingStatus, string>> {
  const pending = await enrol();
  const scheduled = await enrol({ dueAt: start + day });
  const cancelled = await enrol();
  await store.sendings.cancel(organization, cancelled.sendingId, "by_call", start);
  const ended: string[] = [];
  for (const state of ["open", "completed", "failed", "held"] as const) {
    const { executionId, sendingId } = await enrol();
    const claim = await claimOne(executionId);
    await call(claim);
    await settle(claim, {
      outcome: accepted,
      position: position({ state, dueAt: state === "open" ? start + day : null }),
    });
    ended.push(sendingId);
  }
  const [sent = "", completed = "", failed = "", held = ""] = ended;
  return {
    pending: pending.sendingId,
    scheduled: scheduled.sendingId,
    cancelled: cancelled.sendingId,
    sent,
    completed,
    failed,
    held,
  };
}
