import { StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Store } from "../../../core/contracts/store.js";
import type { Around } from "../around.js";
import type { Random } from "../random.js";
import { Alarms } from "./alarms.js";
import { memoryStore } from "./memory/memory-store.js";
import { organization, publishedProject } from "./project.js";
import { Provider } from "./provider.js";
import { Time } from "./time.js";

interface Ground {
  store: Store;
  /** Resolves after all that can go on has gone on, but for what the store does meanwhile. */
  tick: () => Promise<void>;
}

/** A world that is all in promises: the queue of ticks is served after theirs. */
const inMemory = (): Ground => ({
  store: memoryStore(),
  tick: () => new Promise((done) => process.nextTick(done)),
});

/** What there is besides the process, and stays when it dies. */
export class World {
  readonly time = new Time();
  readonly alarms = new Alarms();
  readonly provider: Provider;
  readonly violations: string[] = [];
  /** Comes between a process and its store and alarms. */
  meddle: Around = (_point, effect) => effect();
  private underWay = 0;

  private constructor(
    readonly random: Random,
    trouble: number,
    private readonly ground: Ground,
  ) {
    this.provider = new Provider(random, this.time, trouble);
  }

  static async make(random: Random, trouble: number, ground: Ground = inMemory()): Promise<World> {
    const world = new World(random, trouble, ground);
    await world.store.sequences.publish(organization, publishedProject(), world.time.now());
    return world;
  }

  get store(): Store {
    return this.ground.store;
  }

  /** Carries out an operation of the store or of the alarms. */
  readonly operate: Around = async (point, effect) => {
    this.underWay++;
    try {
      return await this.meddle(point, effect);
    } finally {
      this.underWay--;
    }
  };

  /** Resolves when everybody who could go on has come to a gate, to the end, or to sleep. */
  async drained(): Promise<void> {
    do await this.ground.tick();
    while (this.underWay > 0);
  }
}

/** What a store says that is away. */
export function away(): StoreUnavailable {
  return new StoreUnavailable("The simulated store is away");
}
