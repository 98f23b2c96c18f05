import type { Duration } from "../../../core/contracts/model.js";
import { SWEEP, SWEEP_ID } from "../../../core/pipeline/jobs.js";
import { openSqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { Random } from "../random.js";
import { calm } from "../simulation/calm.js";
import { Life } from "../simulation/life.js";
import { all, People } from "../simulation/people.js";
import { organization } from "../simulation/project.js";
import { testify } from "../simulation/testimony.js";
import { needlessDoubts, restlessness, violationsOf } from "../simulation/verdict.js";
import { World } from "../simulation/world.js";
import type { Sending, SendingStatus } from "../../../core/contracts/model.js";

/** One process at a time over a real SQLite store, led through a scenario in which nothing happens by chance. */
export class Stage {
  life: Life;
  readonly people: People;

  private constructor(readonly world: World) {
    this.people = new People(world);
    this.life = new Life(world, 0);
  }

  /** Plays a scenario, lets everybody come to rest, and answers what did not hold. `prepare` sees the world before it begins. */
  static async play(scenario: (stage: Stage) => Promise<void>, prepare: (world: World) => void): Promise<string[]> {
    const store = await openSqliteStore({ file: ":memory:" });
    try {
      const tick = () => new Promise<void>((done) => setImmediate(done));
      const world = await World.make(new Random(1), 0, { store, tick });
      prepare(world);
      const stage = new Stage(world);
      await stage.restart();
      await scenario(stage);
      await calm(world, stage.people, stage.life);
      const testimony = await testify(world, stage.people.calls);
      const violations = [...world.violations, ...violationsOf(testimony), ...restlessness(testimony)];
      return stage.life.number > 1 ? violations : [...violations, ...needlessDoubts(testimony)];
    } finally {
      await store.close();
    }
  }

  /** The process dies, and another one starts: if need be one more, since whatever looks after it would start it again. */
  async restart(): Promise<void> {
    do {
      this.life.die();
      this.life = new Life(this.world, this.life.number + 1);
      this.life.gates.open();
      this.life.start();
      await this.settled();
    } while (this.life.hasFailed);
  }

  /** Calls for so many people whom nobody has called for before. */
  call(sequence: string, size = 1, scheduledIn: Duration = 0) {
    const name = `${sequence}-${this.people.calls.length}`;
    const emails = Array.from({ length: size }, (_, index) => `${name}-${index}@example.com`);
    return this.people.call(this.life, sequence, emails, this.world.time.now() + scheduledIn);
  }

  /** Does something; what a failure makes of it is not the scenario's business. */
  async act(work: (life: Life) => Promise<unknown>): Promise<void> {
    this.life.begin("scenario", () => work(this.life));
    await this.world.drained();
  }

  /** Those in the given status. */
  async those(status: SendingStatus): Promise<Sending[]> {
    const { store, time } = this.world;
    return (await store.sendings.list(organization, { status }, all, time.now())).items;
  }

  /** Rings what is due until nothing is under way any more but what sleeps. */
  async ring(): Promise<void> {
    const { alarms, time } = this.world;
    await this.world.drained();
    for (let due = alarms.due(time.now()); due.length > 0; due = alarms.due(time.now())) {
      for (const key of due) this.life.ring(key);
      await this.world.drained();
    }
  }

  /** Time passes, from alarm to alarm. */
  async pass(duration: Duration): Promise<void> {
    const { time } = this.world;
    const until = time.elapsed + duration;
    for (;;) {
      await this.ring();
      const next = Math.max(1, this.life.untilNext());
      if (time.elapsed + next > until) break;
      time.pass(next);
      this.life.wake();
    }
    time.pass(until - time.elapsed);
    this.life.wake();
    await this.ring();
  }

  async sweep(): Promise<void> {
    await this.world.alarms.scheduler.schedule(SWEEP, SWEEP_ID, this.world.time.now());
    await this.ring();
  }

  /** Until nothing is under way. */
  private async settled(): Promise<void> {
    await this.world.drained();
    while (this.life.running > 0) {
      this.world.time.pass(this.life.untilNext());
      this.life.wake();
      await this.world.drained();
    }
  }
}
