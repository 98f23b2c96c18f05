import type { Duration } from "../../../core/contracts/model.js";
import { drained } from "./gates.js";
import { Life } from "./life.js";
import { all, type People } from "./people.js";
import { minute, organization } from "./project.js";
import type { World } from "./world.js";

/** All waits of a sequence, twice, and the longest that a provider puts us off. */
const mayTake = 4 * 60 * minute;
/** From then on most sweeps are left out: a clock that was put back by a year has half a million of them before it. */
const patience = 100;

/**
 * Nothing goes wrong any more, people go on until they are answered, and everybody gets what they wait for. Ends when nothing is on its
 * way, or when it has taken longer than waits and the jumps of the clock explain.
 */
export async function calm(world: World, people: People, last: Life): Promise<void> {
  const { provider, time } = world;
  provider.trouble = 0;
  last.gates.open();
  await drained();
  const life = last.hasFailed ? anotherLife(world, last) : last;
  await people.unpause();
  const limit = mayTake + time.jumped(-1, 0) + time.jumped(1, 0);
  const until = time.elapsed + limit;
  for (let rounds = 0; time.elapsed < until && (people.areWaiting || (await isMoving(world))); rounds++) {
    await round(world, people, life);
    await pass(world, life, rounds < patience ? 0 : limit / 1_000);
  }
}

function anotherLife(world: World, last: Life): Life {
  const life = new Life(world, last.number + 1);
  life.gates.open();
  life.start();
  return life;
}

async function round({ store, alarms, time }: World, people: People, life: Life): Promise<void> {
  await drained();
  people.finish(life);
  for (const channel of ["email", "second"]) {
    const { state } = await store.channels.get(channel);
    if (state === "paused") life.begin("resume", () => life.engine.intervene.resumeChannel(channel));
  }
  for (let due = alarms.due(time.now()); due.length > 0; due = alarms.due(time.now())) {
    for (const key of due) life.ring(key);
    await drained();
  }
}

/** To the next thing that happens. While nothing is under way, sweeps that would find nothing are left out. */
async function pass({ store, time }: World, life: Life, atLeast: Duration): Promise<void> {
  const [first] = await store.executions.dueBy(Infinity, 1);
  const untilDue = life.running > 0 ? 0 : (first?.dueAt ?? 0) - time.now();
  time.pass(Math.max(life.untilNext(), untilDue, atLeast));
  life.wake();
}

async function isMoving({ store, time }: World): Promise<boolean> {
  const { items } = await store.sendings.list(organization, {}, all, time.now());
  return items.some(({ state }) => state === "open") || (await store.executions.dueBy(Infinity, 1)).length > 0;
}
