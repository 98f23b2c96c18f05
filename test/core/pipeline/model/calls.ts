import { strict as assert } from "node:assert";
import { accept, type Told } from "./accepting.js";
import type { Act, Draft } from "./act.js";
import { comparePeople, forget } from "./compare.js";
import type { Call } from "./guests.js";
import type { Stage } from "./stage.js";
import type { World } from "./world.js";

/** Makes these calls at once. */
export function execute(world: World, stage: Stage, drafts: readonly Draft[]): Promise<void> {
  return make(
    world,
    stage,
    drafts.map(({ scheduledIn, byId, ...call }) => {
      const scheduledAt = scheduledIn === undefined ? {} : { scheduledAt: world.now + scheduledIn };
      return { call: { ...call, ...scheduledAt }, byId };
    }),
  );
}

/** Makes an earlier call with a key again, or another one with its key, `times` at once, by the sequence's id and by its key. */
export async function repeat(world: World, stage: Stage, act: Act & { do: "repeat" }): Promise<void> {
  const earlier = stage.keyed.at(-1 - act.which);
  if (!earlier) return;
  const call = act.changed ? { ...earlier, context: { ...earlier.context, changed: true } } : earlier;
  await make(
    world,
    stage,
    Array.from({ length: act.times }, (_, index) => ({ call, byId: index % 2 === 0 })),
  );
}

/** Some order must explain all the answers, and the people as they are then. */
async function make(world: World, stage: Stage, calls: readonly { call: Call; byId: boolean }[]): Promise<void> {
  await forget(world, stage);
  const before = stage.written;
  const answers = await Promise.all(
    calls.map(async ({ call, byId }) => ({ call, told: await stage.execute(call, byId) })),
  );
  stage.keyed.push(...calls.map(({ call }) => call).filter(({ key }) => key !== undefined));
  if (answers.every(({ call, told }) => !("data" in told) || told.replayed || call.dryRun)) {
    assert.equal(stage.written, before, "what is refused, replayed or dry writes nothing");
  }
  Object.assign(world, await explained(world, stage, answers));
}

async function explained(world: World, stage: Stage, answers: readonly { call: Call; told: Told }[]): Promise<World> {
  let first: unknown;
  for (const order of orders(answers)) {
    const attempt = structuredClone(world);
    try {
      for (const { call, told } of order) accept(attempt, call, told);
      await comparePeople(attempt, stage);
      return attempt;
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function* orders<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of orders(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}
