import { strict as assert } from "node:assert";
import { organization } from "../engine.js";
import { invariants } from "./invariants.js";
import { scriptOf } from "./scripts.js";
import type { Stage } from "./stage.js";
import { pauses, type Data, type Way, type World } from "./world.js";

const all = { page: 1, limit: 10_000 };
const day = 86_400_000;

/** Checks that the stage stands as the world says: people, sendings, kept answers, the channel, and each call that was made. */
export async function compare(world: World, stage: Stage): Promise<void> {
  const { sendings, channels } = stage.engine.file;
  assert.equal(stage.now, world.now);
  await comparePeople(world, stage);

  const ways = (await sendings.list(organization, {}, all, stage.now)).items.map((sending) => ({
    ...pick(sending, told),
    inside: sending.stage === "inside",
    parked: sending.parkedOn === "email",
    purpose: sending.purpose,
    step: sending.stepIndex,
    stepId: sending.stepId,
    sequenceId: sending.sequenceId,
    contactId: sending.contactId,
    version: sending.sequenceVersion,
  }));
  assert.deepEqual(byId(ways), byId([...world.ways.values()].map(expectedWay)), "sendings");

  const { state, probeAt } = await channels.get("email");
  assert.deepEqual(
    { paused: state === "paused", probeAt },
    { paused: world.paused, probeAt: world.paused ? world.probeAt : null },
  );

  const journal = Map.groupBy(
    stage.journal.filter(({ heard }) => heard === "unanswered" || !pauses(heard)),
    ({ sendingId }) => sendingId,
  );
  for (const { id, calls } of world.ways.values()) {
    const made = (journal.get(id) ?? []).map(({ stepId, to, heard }) => `${stepId} ${to} ${heard}`);
    assert.deepEqual(made, calls, "calls");
  }
  await compareKept(world, stage);
  invariants(stage);
}

export async function comparePeople(world: World, { engine }: Stage): Promise<void> {
  const { items } = await engine.file.contacts.list(organization, {}, all);
  const people = items.map(({ organization: _organization, updatedAt: _updatedAt, ...contact }) => contact);
  assert.deepEqual(byId(people), byId(world.people.values()), "contacts");
}

/** An answer is kept for a day at least; after that nobody promises anything, and what is gone is gone. */
export async function forget(world: World, stage: Stage): Promise<void> {
  for (const [key, { at }] of world.kept) {
    if (world.now - at > day && !(await keptBy(stage, key))) world.kept.delete(key);
  }
}

async function compareKept(world: World, stage: Stage): Promise<void> {
  await forget(world, stage);
  for (const [key, { data, fingerprint }] of world.kept) {
    const kept = await keptBy(stage, key);
    assert.deepEqual(kept && { data: (JSON.parse(kept.body) as { data: Data }).data, fingerprint: kept.fingerprint }, {
      data,
      fingerprint,
    });
  }
}

function keptBy({ engine }: Stage, key: string): ReturnType<Stage["engine"]["file"]["executions"]["answered"]> {
  return engine.file.executions.answered(organization, key);
}

const told = [
  "id",
  "executionId",
  "locationId",
  "employeeId",
  "context",
  "createdAt",
  "state",
  "reason",
  "dueAt",
  "handedOver",
] as const;

function expectedWay(way: Way) {
  const script = scriptOf(way.sequence);
  return {
    ...pick(way, told),
    inside: way.inside,
    parked: way.parked,
    purpose: script.purpose,
    step: way.step,
    stepId: script.steps[way.step]?.id,
    sequenceId: script.id,
    contactId: way.personId,
    version: 1,
  };
}

function pick<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

function byId<T extends { id: string }>(items: Iterable<T>): Record<string, T> {
  return Object.fromEntries([...items].map((item) => [item.id, item]));
}
