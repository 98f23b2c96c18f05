import { strict as assert } from "node:assert";
import { test } from "tap";
import {
  accepted,
  all,
  done,
  minute,
  onStage,
  organization,
  position,
  start,
  type Stage,
} from "../../../../core/contracts/suites/store-stage.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";
import { doneDuring } from "./plans.js";

const emptied = emptiedStore();
let db: Awaited<ReturnType<typeof emptied>>["subject"]["database"]["db"];
async function make() {
  const made = await emptied();
  ({ db } = made.subject.database);
  return made;
}
const it = onStage((name, body) => test(name, { skip: withoutMongodb }, body), make, "plans");

type Ask = (stage: Stage, executionId: string) => Promise<unknown>;
const byAge = "{ organization: 1, createdAt: 1, _id: 1 }";
const inTrouble = "{ organization: 1, state: 1, createdAt: 1, _id: 1 }";
const ofContact = "{ contactId: 1, sequenceId: 1, createdAt: 1 }";

/** What is asked, of which collection, and by which index it is to be found. */
const asked: Record<string, [collection: string, indexes: string | string[], ask: Ask]> = {
  "executions that are due": [
    "executions",
    "{ dueAt: 1, _id: 1 }",
    ({ store }) => store.executions.dueBy(start, 9, { dueAt: start - 1, id: "x" }),
  ],
  "what is due of an execution": ["sendings", "{ executionId: 1 }", ({ claim }, id) => claim(id)],
  "when an execution goes on": ["sendings", "{ executionId: 1 }", ({ store }, id) => store.executions.rest(id)],
  "calls that have gone quiet": [
    "sendings",
    ["{ callingAt: 1, _id: 1 }", "{ calls.at: 1 }"],
    ({ store }) => store.attempts.stale(start + 1, 9),
  ],
  "all sendings": ["sendings", byAge, ({ store }) => store.sendings.list(organization, {}, all, start)],
  "sendings of a time": [
    "sendings",
    byAge,
    ({ store }) => store.sendings.list(organization, { from: start, to: start + 1, status: "pending" }, all, start),
  ],
  "sendings that are held": [
    "sendings",
    inTrouble,
    ({ store }) => store.sendings.list(organization, { status: "held" }, all, start),
  ],
  "sendings that failed": [
    "sendings",
    inTrouble,
    ({ store }) => store.sendings.list(organization, { status: "failed" }, all, start),
  ],
  "sendings of a contact": [
    "sendings",
    ofContact,
    ({ store }) => store.sendings.list(organization, { contactId: "c" }, all, start),
  ],
  "sendings of an execution": [
    "sendings",
    "{ executionId: 1 }",
    ({ store }, executionId) => store.sendings.list(organization, { executionId }, all, start),
  ],
  "who was here before": [
    "sendings",
    ofContact,
    ({ plan, store }) => store.executions.accept(plan({ reentry: { cooldown: minute }, dryRun: true })),
  ],
  "who was here before, for the same": [
    "sendings",
    ofContact,
    ({ plan, store }) =>
      store.executions.accept(plan({ entity: "o", reentry: { cooldown: minute, per: "entity" }, dryRun: true })),
  ],
  "a sequence by its key": [
    "sequences",
    "{ organization: 1, key: 1, _id: 1 }",
    ({ store }) => store.sequences.find(organization, "welcome"),
  ],
  "all sequences": [
    "sequences",
    "{ organization: 1, key: 1, _id: 1 }",
    ({ store }) => store.sequences.list(organization, all),
  ],
};

it("every question is answered from the index that is made for it", async (stage) => {
  const states = [
    position(),
    position({ state: "held", dueAt: null }),
    position({ state: "failed", dueAt: null }),
    done,
  ];
  let executionId = "";
  for (let one = 0; one < 40; one++) {
    const plan = stage.plan({ emails: [`${one % 20}@example.com`], at: start - one, dueAt: start });
    await stage.store.executions.accept({ ...plan, start: states[one % 4] ?? done });
    executionId = plan.execution.id;
  }
  const { executionId: calling } = await stage.enrol();
  await stage.call(await stage.claimOne(calling));
  for (const [what, [collection, indexes, ask]] of Object.entries(asked)) {
    const answered = await doneDuring(db, () => ask(stage, executionId));
    // By their ids alone things are found anyway.
    const own = answered.filter(
      (one) => one.collection === collection && !/^(IDHACK|IXSCAN { _id: 1 })/.test(one.plan),
    );
    assert.ok(own.length > 0, what);
    for (const { plan, isCount, command } of own) {
      if (isCount) assert.match(plan, /^(COUNT_SCAN|IXSCAN) {/, `${what}: ${command}`);
      else assert.ok([indexes].flat().includes(plan.replace(/^IXSCAN /, "")), `${what}: ${plan}: ${command}`);
    }
  }
});

it("nothing that is done with sendings walks through a collection that can grow", async (stage) => {
  const { store, enrol, claim, plan } = stage;
  const answered = await doneDuring(db, async () => {
    const { executionId, sendingId } = await enrol({
      emails: ["a@example.com", "b@example.com"],
      entity: "order:1",
      key: "k",
    });
    await store.executions.accept(plan({ key: "k", reentry: { cooldown: minute } }));
    await store.executions.answered(organization, "k");
    const claims = await claim(executionId);
    const calls = claims.map(({ attemptId, claimedAt, sending }) => ({
      ...{ attemptId, claimedAt, sendingId: sending.id, stepId: "hello", channel: "email" },
    }));
    await store.attempts.calling(calls, start);
    await store.attempts.calling(calls, start);
    const settlements = claims.map(({ attemptId, sending }) => ({
      ...{ attemptId, sendingId: sending.id, outcome: accepted, notes: [] },
      position: position({ stage: "anchored", dueAt: start + minute }),
    }));
    await store.attempts.settle(settlements, start);
    await store.attempts.settle(
      settlements.map((one) => ({ ...one, position: done })),
      start,
    );
    await store.executions.rest(executionId);
    await store.sendings.move(organization, sendingId, ["open"], position(), [], start);
    await store.sendings.cancel(organization, sendingId, "by_call", start);
    await store.sendings.timeline(organization, sendingId);
    await store.executions.cancel(organization, executionId, start);
    await store.executions.get(organization, executionId);
  });
  assert.ok(answered.length > 30, `${answered.length} commands were seen`);
  // Sequences are as many as their files.
  const large = answered.filter(({ collection }) => collection !== "sequences");
  assert.deepEqual(
    large.filter(({ plan }) => plan.includes("COLLSCAN")),
    [],
  );
});
