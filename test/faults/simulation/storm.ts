import type { Duration } from "../../../core/contracts/model.js";
import { Life } from "./life.js";
import { People } from "./people.js";
import { testify } from "./testimony.js";
import { violationsOf } from "./verdict.js";
import { away, type World } from "./world.js";

/** How bad it gets. */
export interface Weather {
  /** Of the provider's calls, how many go wrong (0 to 1). */
  trouble: number;
  /** Of the store's and the scheduler's operations, how many fail (0 to 1). */
  outage: number;
  /** Calls and interventions. */
  acts: number;
  /** Turns until all is left in peace. */
  turns: number;
  /** The most turns that a process lives; 0: it lives on. */
  life: number;
  /** Of the turns, how many see the clock put elsewhere (0 to 1), and by how much at most. */
  jumps: number;
  furthest: Duration;
  /** How much too late things happen, at most; 0: time only passes when there is nothing to do. */
  dawdling: Duration;
  /** Whether people also cancel, decide, pause and the like. */
  meddling: boolean;
}

const stopCutsAfter = 6_000;
const mostTurnsOfStop = 10_000;

/** What the weather does to the processes, one after the other. */
export class Storm {
  readonly people: People;
  readonly passed = new Set<string>();
  readonly diedAt = new Set<string>();
  crashes = 0;
  stops = 0;
  life: Life;
  private turnsLeft: number;
  private actsLeft: number;

  constructor(
    private readonly world: World,
    private readonly weather: Weather,
  ) {
    this.people = new People(world);
    this.life = new Life(world, 1);
    this.turnsLeft = weather.turns;
    this.actsLeft = weather.acts;
  }

  /** Life after life, until the turns are over. */
  async rage(): Promise<void> {
    const { random, violations } = this.world;
    this.life.start();
    while (this.turnsLeft > 0) {
      const fuse = this.weather.life === 0 ? this.turnsLeft : random.between(1, this.weather.life);
      await this.live(Math.min(fuse, this.turnsLeft));
      if (this.turnsLeft <= 0 && !this.life.hasFailed) return;
      if (random.next() < 0.2 && !this.life.hasFailed) await this.stop();
      else this.crash();
      violations.push(...violationsOf(await testify(this.world, this.people.calls)));
      this.life = new Life(this.world, this.life.number + 1);
      this.life.start();
    }
  }

  private async live(turns: number): Promise<void> {
    for (let turn = 0; turn < turns && !this.life.hasFailed; turn++) {
      await this.world.drained();
      this.turn();
      this.turnsLeft--;
    }
    await this.world.drained();
  }

  /** Something happens. */
  private turn(): void {
    const { random, time, alarms } = this.world;
    const { life, weather } = this;
    if (random.next() < weather.jumps) this.jump();
    // Spread over all the turns, so that people also come upon what went wrong.
    if (life.isServing && random.next() < (1.5 * this.actsLeft) / this.turnsLeft) return this.act();
    const waiting = life.gates.waiting.length;
    const due = life.isServing ? alarms.due(time.now()) : [];
    const busy = 3 * waiting + due.length;
    const lot = random.between(0, weather.dawdling > 0 || busy === 0 ? busy : busy - 1);
    if (lot < 3 * waiting) this.letGo(lot % waiting);
    else if (lot < busy) this.ring(due[lot - 3 * waiting]!);
    else this.passTime();
  }

  private act(): void {
    this.actsLeft--;
    this.people.act(this.life, this.weather.meddling);
  }

  private letGo(index: number): void {
    const gate = this.life.gates.next(index)!;
    this.passed.add(gate.point);
    const mayFail = /^(store|scheduler)\..* <$/.test(gate.point);
    if (mayFail && this.world.random.next() < this.weather.outage) gate.fail(away());
    else gate.go();
  }

  /** Now and then twice, as when a lock has lapsed. */
  private ring(key: string): void {
    this.life.ring(key);
    if (this.world.random.next() < 0.1) this.life.ring(key);
  }

  private passTime(): void {
    const { random, time } = this.world;
    const { life } = this;
    const { dawdling } = this.weather;
    const next = life.untilNext();
    // Late, and sometimes much too late.
    const late = random.next() < 0.1 ? random.between(0, dawdling) : random.between(0, Math.round(dawdling / 600));
    time.pass((next === Infinity ? 0 : next) + late);
    life.wake();
  }

  private jump(): void {
    const { random, time } = this.world;
    const size = Math.round(Math.exp(random.next() * Math.log(this.weather.furthest / 1_000)) * 1_000);
    time.jump(random.next() < 0.5 ? size : -size);
  }

  /** The process is gone, and all that it did ends at the points that it has come to. */
  private crash(): void {
    for (const { point } of this.life.gates.waiting) this.diedAt.add(point);
    this.life.die();
    this.crashes++;
  }

  /** In order: no call begins, those under way end, by force when they are slow. */
  private async stop(): Promise<void> {
    const { life, world } = this;
    const { deliver } = life.engine;
    life.isServing = false;
    deliver.halt();
    const from = world.time.elapsed;
    for (let turns = 0; life.running > 0; turns++) {
      await this.world.drained();
      if (life.gates.waiting.length > 0) this.letGo(world.random.between(0, life.gates.waiting.length - 1));
      else this.passTime();
      if (world.time.elapsed > from + stopCutsAfter) deliver.cutShort();
      if (turns > mostTurnsOfStop) {
        world.violations.push("a stop does not come to an end");
        break;
      }
    }
    life.die();
    this.stops++;
    const calling = await world.store.attempts.stale(Number.MAX_SAFE_INTEGER, 1);
    // One that could not start had no time to look after those of the one before it.
    if (calling.length > 0 && !life.hasFailed)
      world.violations.push(`I5: a stop after ${world.time.elapsed} ms has left a call without an end`);
  }
}
