import { strict as assert } from "node:assert";
import { test } from "tap";
import type { AcceptPlan } from "../../../../core/contracts/accept.js";
import {
  accepted,
  all,
  done,
  minute,
  onStage,
  organization,
  position,
  start,
} from "../../../../core/contracts/suites/store-stage.js";
import type { Claim } from "../../../../core/contracts/store.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { storeAndPeers } from "./peers.js";

/** Calls and sendings in the hands of several processes at the same time. */
const { make, store } = storeAndPeers();
const it = onStage((name, body) => test(name, { skip: withoutMongodb }, body), make, "races");
const count = (length: number) => Array.from({ length }, (_, index) => index);
const ten = count(10).map((one) => `${one}@example.com`);
const isHeld = ({ attemptId }: Claim, may: ReadonlySet<string>) => may.has(attemptId);
const callOf = ({ attemptId, claimedAt, sending }: Claim) => ({
  ...{ attemptId, claimedAt, sendingId: sending.id, stepId: "hello", channel: "email" },
});

it("calls with one key make one execution, in whatever process they come", async ({ plan, store: one }) => {
  const calls = count(24).map((index) => store(index).executions.accept(plan({ key: "k", emails: ten })));
  const answers = await Promise.all(calls);
  assert.equal(answers.filter(({ kind }) => kind === "accepted").length, 1);
  assert.equal(answers.filter(({ kind }) => kind === "replayed").length, 23);
  assert.equal(new Set(answers.map((answer) => "body" in answer && answer.body)).size, 1);
  assert.equal((await one.sendings.list(organization, {}, all, start)).total, 10);
  assert.equal((await one.contacts.list(organization, {}, all)).total, 10);
});

it("calls for the same people are all accepted, and each adds what it says", async ({ plan, store: one }) => {
  const call = (index: number): AcceptPlan =>
    plan({ emails: index % 2 ? ten : ten.toReversed(), fields: { tags: [`of${index}`] } });
  const answers = await Promise.all(count(12).map((index) => store(index).executions.accept(call(index))));
  assert.ok(answers.every(({ kind }) => kind === "accepted"));
  const { items, total } = await one.contacts.list(organization, {}, all);
  assert.equal(total, 10);
  assert.ok(items.every(({ tags }) => tags.length === 12));
  assert.equal((await one.sendings.list(organization, {}, { page: 1, limit: 1 }, start)).total, 120);
});

it("of calls that race under a cool-down one is accepted", async ({ plan, store: one }) => {
  const reentry = { cooldown: minute };
  await one.executions.accept(plan({ at: start - 2 * minute }));
  const answers = await Promise.all(count(9).map((index) => store(index).executions.accept(plan({ reentry }))));
  assert.deepEqual(answers.map(({ kind }) => kind).toSorted(), ["accepted", ...count(8).map(() => "refused")]);
});

it("a call that cannot be written takes no other one with it", async ({ plan, store: one }) => {
  const broken = plan({ emails: ["broken@example.com"] });
  const unanswered = (): string => {
    throw new Error("no answer");
  };
  const calls = [
    plan({ emails: ["a@example.com"] }),
    { ...broken, answer: unanswered },
    plan({ emails: ["b@example.com"] }),
  ];
  const answers = await Promise.allSettled(calls.map((call) => one.executions.accept(call)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  const { items } = await one.contacts.list(organization, {}, all);
  assert.deepEqual(items.map(({ email }) => email).toSorted(), ["a@example.com", "b@example.com"]);
});

it("calls of several organizations that come at once keep to their own", async ({ plan, store: one }) => {
  const organizations = ["acme", "globex", "initech"];
  const plans = count(30).map((index) => plan({ organization: organizations[index % 3] ?? "", key: `${index}` }));
  const answers = await Promise.all(plans.map((call) => one.executions.accept(call)));
  assert.ok(answers.every(({ kind }) => kind === "accepted"));
  for (const each of organizations) {
    assert.equal((await one.contacts.list(each, {}, all)).total, 1);
    assert.equal((await one.sendings.list(each, {}, all, start)).total, 10);
  }
});

it("a sending is claimed by one, and nobody comes away empty while there is something left", async (stage) => {
  const emails = count(60).map((one) => `${one}@example.com`);
  const { executionId } = await stage.enrol({ emails });
  const request = { executionId, now: start, leaseUntil: start + minute, limit: 10, newId: stage.newId };
  const claims = (await Promise.all(count(6).map((index) => store(index).sendings.claimDue(request)))).flat();
  assert.equal(claims.length, 60);
  assert.equal(new Set(claims.map(({ sending }) => sending.id)).size, 60);
});

it("a claim that lapsed while it was about to call is fenced off by the next one", async (stage) => {
  const { enrol, claim, newId } = stage;
  const { executionId } = await enrol({ emails: ten });
  const old = await claim(executionId);
  const later = start + minute;
  const request = { executionId, now: later, leaseUntil: later + minute, limit: 10, newId };
  const [mayOld, fresh] = await Promise.all([
    store(0).attempts.calling(old.map(callOf), later - 1),
    store(1).sendings.claimDue(request),
  ]);
  // Whoever came first with a sending has it, and the other one knows.
  const called = old.filter((one) => isHeld(one, mayOld)).map(({ sending }) => sending.id);
  const claimed = fresh.map(({ sending }) => sending.id);
  assert.deepEqual([...called, ...claimed].toSorted(), old.map(({ sending }) => sending.id).toSorted());
  assert.equal((await store(2).attempts.calling(old.map(callOf), later)).size, 0);
  assert.equal((await store(2).attempts.calling(fresh.map(callOf), later)).size, fresh.length);
});

it("an attempt that is written by two at once may be called by one", async ({ enrol, claim }) => {
  const { executionId } = await enrol({ emails: ten });
  const calls = (await claim(executionId)).map(callOf);
  const may = await Promise.all(count(3).map((index) => store(index).attempts.calling(calls, start)));
  assert.equal(
    may.reduce((sum, { size }) => sum + size, 0),
    10,
  );
  assert.equal(new Set(may.flatMap((ids) => [...ids])).size, 10);
});

it("an outcome is kept once, and handed over once, however often it is settled", async (stage) => {
  const { enrol, claim, store: one } = stage;
  const { executionId } = await enrol({ emails: ten });
  const claims = await claim(executionId);
  await one.attempts.calling(claims.map(callOf), start);
  await one.sendings.cancel(organization, claims[0]?.sending.id ?? "", "by_call", start);
  const note = { kind: "completed", stepId: "hello", reason: null, note: null } as const;
  const settlements = claims.map(({ attemptId, sending }) => ({
    ...{ attemptId, sendingId: sending.id, outcome: accepted, position: done, notes: [note] },
  }));
  await Promise.all(count(4).map((index) => store(index).attempts.settle(settlements, start)));
  for (const { sending } of claims) {
    assert.equal((await one.sendings.get(organization, sending.id))?.handedOver, 1);
    const kinds = (await one.sendings.timeline(organization, sending.id)).map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === "settled").length, 1);
    assert.equal(kinds.filter((kind) => kind === "completed").length, sending.id === claims[0]?.sending.id ? 0 : 1);
  }
});

it("a rest never loses what is made due while it looks", async ({ enrol, claimOne, settle, store: one }) => {
  for (const round of count(15)) {
    const { executionId, sendingId } = await enrol({ emails: [`${round}@example.com`] });
    await settle(await claimOne(executionId), {
      position: position({ state: "failed", dueAt: null, reason: "rejected" }),
    });
    const moved = position({ dueAt: start + minute });
    await Promise.all([
      store(0).executions.rest(executionId),
      store(1).sendings.move(organization, sendingId, ["failed"], moved, [], start),
      store(2).executions.rest(executionId),
    ]);
    const due = await one.executions.dueBy(start + minute, 100);
    assert.ok(
      due.some(({ id }) => id === executionId),
      `round ${round}`,
    );
    assert.equal((await one.executions.get(organization, executionId))?.status, "running");
    await one.executions.cancel(organization, executionId, start);
  }
});

it("what is moved by two at once is moved by one", async ({ enrol, store: one }) => {
  const { sendingId } = await enrol();
  const failed = position({ state: "failed", dueAt: null });
  const move = (index: number) => store(index).sendings.move(organization, sendingId, ["open"], failed, [], start);
  const moved = await Promise.all(count(6).map(move));
  assert.equal(moved.filter((answer) => answer !== "conflict").length, 1);
  assert.equal((await one.sendings.get(organization, sendingId))?.state, "failed");
});
