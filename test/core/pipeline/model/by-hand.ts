import { strict as assert } from "node:assert";
import { Refusal } from "../../../../core/contracts/errors.js";
import { organization } from "../engine.js";
import type { HandAct } from "./act.js";
import { arrive } from "./life.js";
import { cancel } from "./people.js";
import { scriptOf } from "./scripts.js";
import type { Stage } from "./stage.js";
import { nobody, type Way, type World } from "./world.js";

/** What a person does to one sending, or to its execution. */
export async function intervene({ do: what, which }: HandAct, world: World, stage: Stage): Promise<void> {
  const way = [...world.ways.values()].at(-1 - which);
  const id = way?.id ?? nobody;
  const { intervene: hand } = stage.engine;
  const did = async (work: Promise<unknown>) => assert.equal(await code(work), expected(way, what));
  switch (what) {
    case "cancel execution":
      await did(hand.cancelExecution(organization, way?.executionId ?? nobody));
      if (way) cancelExecution(world, way.executionId);
      return;
    case "cancel":
      await did(hand.cancelSending(organization, id));
      if (way) cancel([way], "by_call");
      return;
    case "retry":
    case "skip":
      await did(what === "retry" ? hand.retry(organization, id) : hand.skip(organization, id));
      if (!way || expected(way, what) !== "done") return;
      stage.byHand.push({ sendingId: id, stepId: scriptOf(way.sequence).steps[way.step]!.id, did: what });
      if (what === "skip") arrive(way, way.step + 1, world.now);
      else again(world, way);
  }
}

function cancelExecution(world: World, id: string): void {
  const ways = [...world.ways.values()].filter(({ executionId }) => executionId === id);
  cancel(ways, "by_call");
  world.executions.get(id)!.cancelled = true;
}

/** At once, without the step's delay. The doubts stay. */
function again(world: World, way: Way): void {
  const { doubts } = way;
  arrive(way, way.step, world.now);
  Object.assign(way, { dueAt: world.now, doubts });
}

function expected(way: Way | undefined, what: HandAct["do"]): string {
  if (!way) return "NOT_FOUND";
  const from = what === "cancel" ? ["open", "held"] : ["held", "failed"];
  return what === "cancel execution" || from.includes(way.state) ? "done" : "CONFLICT";
}

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
