import type { Duration } from "../../../core/contracts/model.js";
import { Random } from "../random.js";
import { calm } from "./calm.js";
import { Storm, type Weather } from "./storm.js";
import { testify, type Testimony } from "./testimony.js";
import { needlessDoubts, restlessness, violationsOf } from "./verdict.js";
import { World } from "./world.js";

export interface Run {
  violations: string[];
  /** How many processes died, and how many were stopped in order. */
  crashes: number;
  stops: number;
  testimony: Testimony;
  /** How much time had passed when all was left in peace. */
  calmAt: Duration;
  /** The points that somebody passed, and those at which a process died. */
  passed: ReadonlySet<string>;
  diedAt: ReadonlySet<string>;
}

/** One world from its beginning to its end. All that happens in it follows from the seed and the weather. */
export async function simulate(seed: number, weather: Weather): Promise<Run> {
  const world = await World.make(new Random(seed), weather.trouble);
  const storm = new Storm(world, weather);
  await storm.rage();
  const calmAt = world.time.elapsed;
  await calm(world, storm.people, storm.life);
  const { crashes, stops, passed, diedAt } = storm;
  const testimony = await testify(world, storm.people.calls);
  const violations = [...world.violations, ...violationsOf(testimony), ...restlessness(testimony)];
  if (crashes === 0) violations.push(...needlessDoubts(testimony));
  return { violations, crashes, stops, testimony, calmAt, passed, diedAt };
}
