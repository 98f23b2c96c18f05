import { strict as assert } from "node:assert";
import fc from "fast-check";
import t from "tap";
import { organization } from "../engine.js";
import type { Act } from "./act.js";
import { acts } from "./acts.js";
import { compare } from "./compare.js";
import { perform } from "./perform.js";
import { minute, scripts } from "./scripts.js";
import { Stage } from "./stage.js";
import { newWorld, type World } from "./world.js";

/** How many lists of acts are tried; each is up to 40 acts long. */
const runs = Number(process.env["FURROW_MODEL_RUNS"] ?? 120);
/** What fast-check printed of a failure, as `{"seed":1,"path":"7:1","replayPath":"AA:B"}`. */
const replay = JSON.parse(process.env["FURROW_MODEL_REPLAY"] ?? "{}") as Replay;

interface Replay {
  seed?: number;
  path?: string;
  replayPath?: string;
}

/** One act on a world and a stage; both are compared afterwards. */
class Step implements fc.AsyncCommand<World, Stage> {
  constructor(private readonly act: Act) {}

  check(): boolean {
    return true;
  }

  async run(world: World, stage: Stage): Promise<void> {
    await perform(this.act, world, stage);
    await compare(world, stage);
  }

  toString(): string {
    return JSON.stringify(this.act);
  }
}

t.setTimeout(3_600_000);

t.test("whatever happens, in whatever order, the engine does what the contract says", async () => {
  const { replayPath, ...parameters } = replay;
  const steps = fc.commands(
    acts.map((act) => act.map((one) => new Step(one))),
    { maxCommands: 40, size: "max", ...(replayPath !== undefined && { replayPath }) },
  );
  const property = fc.asyncProperty(steps, async (commands) => {
    const real = await Stage.open();
    const model = newWorld(
      real.now,
      scripts.map(({ key }) => key),
    );
    try {
      await fc.asyncModelRun(() => ({ model, real }), commands);
      await comesToRest(model, real);
    } finally {
      await real.close();
    }
  });
  await fc.assert(property, { numRuns: runs, ...parameters });
});

/** When all is well again and time has passed, nothing is left open, and every execution knows it. */
async function comesToRest(world: World, stage: Stage): Promise<void> {
  const statuses = scripts.map(({ key }): Act => ({ do: "status", sequence: key, status: "active" }));
  const well: Act[] = [{ do: "behave", behaviour: { all: "accepted" } }, ...statuses, { do: "resume channel" }];
  const longer: Act[] = Array.from({ length: 6 }, () => [
    { do: "sleep", by: 20 * minute } as const,
    { do: "tick", by: 2 * minute } as const,
  ]).flat();
  for (const act of [...well, ...longer]) await perform(act, world, stage);
  await compare(world, stage);
  for (const { id, state } of world.ways.values()) assert.notEqual(state, "open", `${id} is open still`);
  for (const [id, { cancelled, data, sequence: _sequence, ...times }] of world.executions) {
    const execution = await stage.engine.file.executions.get(organization, id);
    const { contactsProcessed, sendingsCreated } = data;
    const going = [...world.ways.values()].some(({ executionId, state }) => executionId === id && state === "held");
    assert.partialDeepStrictEqual(execution, { ...times, contactsProcessed, sendingsCreated, source: "api" });
    // One that was completed before somebody cancelled it goes on as if nobody had.
    const statuses = [going ? "running" : "completed", ...(cancelled ? ["cancelled"] : [])];
    assert.ok(
      statuses.includes(execution?.status ?? ""),
      `${id} is ${execution?.status}, not ${statuses.join(" or ")}`,
    );
  }
}
