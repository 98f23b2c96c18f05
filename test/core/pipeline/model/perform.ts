import type { Act } from "./act.js";
import { intervene } from "./by-hand.js";
import { execute, repeat } from "./calls.js";
import { meet } from "./contacts.js";
import { crash, elapse, land, resumeChannel, ring } from "./life.js";
import type { Stage } from "./stage.js";
import type { World } from "./world.js";

/** Does `act` to both, and checks that the stage answers what the world says. */
export async function perform(act: Act, world: World, stage: Stage): Promise<void> {
  switch (act.do) {
    case "execute":
      return execute(world, stage, [act.draft]);
    case "race":
      return execute(world, stage, act.drafts);
    case "repeat":
      return repeat(world, stage, act);
    case "story":
      for (const one of act.acts) await perform(one, world, stage);
      return;
    case "tick":
      await stage.engine.scheduler.runUntil(stage.now + act.by);
      return elapse(world, act.by);
    case "sleep":
      stage.engine.clock.advance(act.by);
      world.now += act.by;
      return;
    case "behave":
      stage.behaviour = world.behaviour = act.behaviour;
      return;
    case "resume channel":
      await stage.engine.intervene.resumeChannel("email");
      world.sweepAt = world.now;
      return resumeChannel(world);
    case "status":
      await stage.setStatus(act.sequence, act.status);
      world.sweepAt = world.now;
      world.statuses.set(act.sequence, act.status);
      return;
    case "crash":
      await stage.crash(undefined);
      return crash(world, undefined);
    case "flight":
      return fly(act, world, stage);
    case "retry":
    case "skip":
    case "cancel":
    case "cancel execution":
      return intervene(act, world, stage);
    default:
      return meet(act, world, stage);
  }
}

async function fly(act: Act & { do: "flight" }, world: World, stage: Stage): Promise<void> {
  if (act.draft) await execute(world, stage, [act.draft]);
  world.hanging = true;
  await stage.takeOff();
  ring(world);
  for (const deed of act.meanwhile) await perform(deed, world, stage);
  if (act.jump > 0) {
    await perform({ do: "sleep", by: act.jump }, world, stage);
    await stage.takeOff();
    ring(world);
  }
  const late = act.late ?? undefined;
  if (act.end === "crash") {
    await stage.crash(late);
    return crash(world, late);
  }
  await stage.land();
  land(world);
  ring(world);
}
