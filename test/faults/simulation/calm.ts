import type { Duration } from "../../../core/contracts/model.js";
import { Life } from "./life.js";
import { all, type People } from "./people.js";
import { minute, organization } from "./project.js";
import type { World } from "./world.js";

/** All waits of a sequence, twice, and the longest that a provider puts us off. */
const mayTake = 4 * 60 * minute;
/** From then on most sweeps are left out: a clock that was put back by a year has half a million of them before it. */
const patience = 100;
const ever = Number.MAX_SAFE_INTEGER;

/**
 * Nothing goes wrong any more, people go on until they are answered, and everybody gets what they wait for. Ends when nothing is on its
 * way, or when it has taken longer than waits and the jumps of the clock explain.
 */
export async function calm(world: World, people: People, last: Life): Promise<void> {
  const { provider, time } = world;
  provider.trouble = 0;
  last.gates.open();
  let life = last;
  await people.unpause();
  const limit = mayTake + time.jumped(-1) + time.jumped(1);
  const until = time.elapsed + limit;
  for (let rounds = 0; time.elapsed < until; rounds++) {
    await world.drained();
    if (life.hasFailed) life = anotherLife(world, life);
    if (!people.areWaiting && !(await isMoving(world))) return;
    await round(world, people, life);
    await pass(world, life, rounds < patience ? 0 : limit / 1_000);
  }
}

function anotherLife(world: World, { number }: Life): Life {
  const life = new Life(world, number + 1);
  life.gates.open();
  life.start();
  return life;
}

async function round(world: World, people: People, life: Life): Promise<void> {
  const { store, alarms, time } = world;
  await world.drained();
  people.finish(life);
  for (const channel of ["email", "second"]) {
    const { state } = await store.channels.get(channel);
    if (state === "paused") life.begin("resume", () => life.engine.intervene.resumeChannel(channel));
  }
  for (const key of alarms.due(time.now())) life.ring(key);
  await world.drained();
}

/** To the next thing that happens. While nothing is under way, sweeps that would find nothing are left out. */
async function pass({ store, time }: World, life: Life, atLeast: Duration): Promise<void> {
  const [first] = await store.executions.dueBy(ever, 1);
  const untilDue = life.running > 0 ? 0 : (first?.dueAt ?? 0) - time.now();
  time.pass(Math.max(life.untilNext(), untilDue, atLeast));
  life.wake();
}

async function isMoving({ store, time }: World): Promise<boolean> {
  const { items } = await store.sendings.list(organization, {}, all, time.now());
  if (items.some(({ state }) => state === "open")) return true;
  return (await store.executions.dueBy(ever, 1)).length + (await store.attempts.stale(ever, 1)).length > 0;
}
