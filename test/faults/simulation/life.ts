import { Refusal, StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Duration } from "../../../core/contracts/model.js";
import type { Job, Scheduler } from "../../../core/contracts/scheduler.js";
import { ADVANCE, SWEEP, SWEEP_ID } from "../../../core/pipeline/jobs.js";
import { FakeIds } from "../../fakes/ids.js";
import { FakeLog } from "../../fakes/log.js";
import { around, type Around } from "../around.js";
import { engineOf, type Engine } from "./engine.js";
import { Gates } from "./gates.js";
import type { World } from "./world.js";

const retryDelay = 1_000;

/** One process. All that it is goes with it; what it did is in the world. */
export class Life {
  readonly gates = new Gates();
  readonly engine: Engine;
  readonly sleepers = new Set<{ until: Duration; wake: () => void }>();
  /** The start, jobs and calls: how many are under way. */
  running = 0;
  /** Since it has started. */
  isServing = false;
  /** It could not start. */
  hasFailed = false;
  private readonly scheduler: Scheduler;
  private readonly jobs: ReadonlyMap<string, Job>;

  constructor(
    private readonly world: World,
    readonly number: number,
  ) {
    const { time, alarms, random } = world;
    const ask: Around = async (point, effect) => {
      await this.gates.pass(`${point} <`);
      const result = await world.operate(point, effect);
      await this.gates.pass(`${point} >`);
      return result;
    };
    const pass = (point: string) => this.gates.pass(point);
    const side = { pass, sleep: (duration: Duration, signal?: AbortSignal) => this.sleep(duration, signal) };
    const ids = new FakeIds(number);
    this.scheduler = around(alarms.scheduler, "scheduler", ask);
    this.engine = engineOf({
      store: around(world.store, "store", ask),
      scheduler: this.scheduler,
      channels: new Map(["email", "second"].map((name) => [name, world.provider.channel(name, side)])),
      clock: { now: () => time.now(), wait: (duration, signal) => this.sleep(duration, signal) },
      ids: { next: () => ids.next(), chance: () => random.next() },
      log: new FakeLog(),
    });
    this.jobs = new Map<string, Job>([
      [ADVANCE, this.engine.advance],
      [SWEEP, this.engine.sweep],
    ]);
  }

  /** As `createRuntime` starts. */
  start(): void {
    const { time, alarms } = this.world;
    this.begin("start", async () => {
      try {
        await this.engine.sweep.recover();
        await this.scheduler.schedule(SWEEP, SWEEP_ID, time.now());
      } catch (cause) {
        this.hasFailed = true;
        throw cause;
      }
      alarms.takeOver(time.now());
      this.isServing = true;
    });
  }

  /** Runs the job of an alarm. One that rejects is tried again. */
  ring(key: string): void {
    const { alarms, time } = this.world;
    const [name = "", id = ""] = key.split(/:(.*)/s);
    alarms.lock(key);
    this.begin(key, async () => {
      let next: number | undefined;
      try {
        next = await this.jobs.get(name)?.run(id);
      } catch (cause) {
        this.note(key, cause);
        next = time.now() + retryDelay;
      }
      await this.gates.pass("alarms.release <");
      alarms.release(key, next);
    });
  }

  begin(name: string, work: () => Promise<unknown>): void {
    this.running++;
    void work()
      .catch((cause: unknown) => this.note(name, cause))
      .finally(() => this.running--);
  }

  /** Wakes those whose time has come. */
  wake(): void {
    for (const sleeper of this.sleepers) if (sleeper.until <= this.world.time.elapsed) sleeper.wake();
  }

  /** Milliseconds until something happens by itself. */
  untilNext(): Duration {
    const { time, alarms } = this.world;
    const sleeps = [...this.sleepers].map(({ until }) => until - time.elapsed);
    const rings = [...alarms.times.values()].map((when) => when - time.now());
    return Math.max(0, Math.min(...sleeps, ...rings));
  }

  die(): void {
    this.gates.abandon();
    this.sleepers.clear();
  }

  private sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((done) => {
      const sleeper = { until: this.world.time.elapsed + duration, wake };
      const { sleepers } = this;
      function wake(): void {
        sleepers.delete(sleeper);
        done();
      }
      sleepers.add(sleeper);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** A refusal is an answer, and a store that is away is to be expected; everything else is a defect. */
  private note(what: string, cause: unknown): void {
    if (cause instanceof Refusal || cause instanceof StoreUnavailable) return;
    this.world.violations.push(`${what} failed: ${cause instanceof Error ? cause.stack : String(cause)}`);
  }
}
