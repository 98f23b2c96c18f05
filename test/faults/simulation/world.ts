import { StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Store } from "../../../core/contracts/store.js";
import type { Random } from "../random.js";
import { Alarms } from "./alarms.js";
import { memoryStore } from "./memory/memory-store.js";
import { organization, publishedProject } from "./project.js";
import { Provider } from "./provider.js";
import { Time } from "./time.js";

/** What there is besides the process, and stays when it dies. */
export class World {
  readonly time = new Time();
  readonly store: Store = memoryStore();
  readonly alarms = new Alarms();
  readonly provider: Provider;
  readonly violations: string[] = [];

  private constructor(
    readonly random: Random,
    trouble: number,
  ) {
    this.provider = new Provider(random, this.time, trouble);
  }

  static async make(random: Random, trouble: number): Promise<World> {
    const world = new World(random, trouble);
    await world.store.sequences.publish(organization, publishedProject(), world.time.now());
    return world;
  }
}

/** What a store says that is away. */
export function away(): StoreUnavailable {
  return new StoreUnavailable("The simulated store is away");
}
