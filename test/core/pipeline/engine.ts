import { noSources } from "./no-sources.js";
import "reflect-metadata";
import type { Test } from "tap";
import type { Channel } from "../../../core/contracts/channel.js";
import type { Directory } from "../../../core/contracts/directory.js";
import type { SequenceStatus } from "../../../core/contracts/model.js";
import type { RunnableSequence, Sequences } from "../../../core/contracts/step.js";
import type { Store } from "../../../core/contracts/store.js";
import type { ExecuteCall } from "../../../core/contracts/verbs.js";
import { normalizer } from "../../../core/people/normalizer.js";
import { Advance } from "../../../core/pipeline/advance.js";
import { Deliver } from "../../../core/pipeline/deliver.js";
import { Doors } from "../../../core/pipeline/doors.js";
import { Execute } from "../../../core/pipeline/execute.js";
import { Intervene } from "../../../core/pipeline/intervene.js";
import { ADVANCE, SWEEP, SWEEP_ID } from "../../../core/pipeline/jobs.js";
import { Ledger } from "../../../core/pipeline/ledger.js";
import { Sweep } from "../../../core/pipeline/sweep.js";
import { openSqliteStore, type SqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { FakeChannel } from "../../fakes/channel.js";
import { FakeClock } from "../../fakes/clock.js";
import { FakeIds } from "../../fakes/ids.js";
import { FakeLog } from "../../fakes/log.js";
import { FakeScheduler } from "../../fakes/scheduler.js";
import { published } from "./sequence.js";

export const organization = "acme";

const nowhere: Directory = { locations: [], employees: [], location: () => undefined, employee: () => undefined };

interface Options {
  channel?: FakeChannel;
  /** What the pipeline sees instead of the store. */
  between?: (store: SqliteStore) => Store;
  status?: SequenceStatus;
  directory?: Directory;
}

interface Answered {
  executionId: string;
  contactsProcessed: number;
  sendingsCreated: number;
  results: { email: string; contactId: string; sendingId: string; status: string; reason?: string }[];
}

/** An engine that ends with its test. */
export async function engineOf(t: Test, ...args: Parameters<typeof Engine.start>): Promise<Engine> {
  const engine = await Engine.start(...args);
  t.teardown(() => engine.close());
  return engine;
}

/** The whole engine over a real SQLite store, with a clock that stands still and a channel that does as it is told. */
export class Engine {
  readonly clock: FakeClock;
  readonly ids: FakeIds;
  readonly log = new FakeLog();
  readonly scheduler: FakeScheduler;
  readonly channels: Map<string, Channel>;
  readonly execute: Execute;
  readonly advance: Advance;
  readonly sweep: Sweep;
  readonly deliver: Deliver;
  readonly intervene: Intervene;
  readonly doors: Doors;
  /** By id and version. */
  private readonly versions = new Map<string, RunnableSequence>();
  /** The project: the newest of each sequence, by id. */
  private readonly project = new Map<string, ReturnType<typeof published>>();

  private constructor(
    /** What the pipeline sees: a test may put something in between. */
    readonly store: Store,
    readonly file: SqliteStore,
    readonly channel: FakeChannel,
    private readonly directory: Directory = nowhere,
    private readonly life = 1,
    now?: number,
  ) {
    this.clock = new FakeClock(now);
    this.ids = new FakeIds(life);
    this.scheduler = new FakeScheduler(this.clock);
    this.channels = new Map([["email", channel]]);
    const { clock, ids, log, scheduler, channels } = this;
    const settings = {
      lease: 120_000,
      sweepEvery: 60_000,
      isAlone: true,
      callGrace: 30_000,
      probeEvery: 900_000,
      retention: { outbox: 7 * 86_400_000, idempotency: 86_400_000, events: 30 * 86_400_000, refused: 7 * 86_400_000 },
    };
    const sequences: Sequences = {
      runnable: (id, version) => {
        const found = this.versions.get(`${id} ${version}`);
        return found ? Promise.resolve(found) : Promise.reject(new Error("never published"));
      },
      status: async (id) => (await this.file.sequences.byId(id))?.status ?? "archived",
    };
    const ledger = new Ledger(store, clock, log);
    this.deliver = new Deliver(store, scheduler, channels, clock, ids, log, ledger);
    this.doors = new Doors(clock);
    this.execute = new Execute(store, scheduler, sequences, directory, normalizer(), clock, ids, log, this.doors);
    this.advance = new Advance(store, sequences, clock, ids, settings, ledger, this.deliver, this.doors);
    this.sweep = new Sweep(
      store,
      scheduler,
      sequences,
      channels,
      noSources,
      clock,
      ids,
      log,
      settings,
      ledger,
      this.deliver,
    );
    this.intervene = new Intervene(store, scheduler, sequences, channels, clock);
    scheduler.define(ADVANCE, this.advance);
    scheduler.define(SWEEP, this.sweep);
  }

  static async start(sequences: RunnableSequence | RunnableSequence[], options: Options = {}): Promise<Engine> {
    const { channel = new FakeChannel(), between, status, directory } = options;
    const file = await openSqliteStore({ file: ":memory:" });
    const engine = new Engine(between?.(file) ?? file, file, channel, directory);
    for (const sequence of [sequences].flat()) await engine.publish(sequence, status);
    return engine;
  }

  /** The next process on the same store, after this one died: nothing of this one is left but the store. */
  async reborn(sequences: RunnableSequence | RunnableSequence[], channel = this.channel): Promise<Engine> {
    const engine = this.beside(sequences, channel);
    await engine.sweep.recover();
    return engine;
  }

  /** Another process on the same store, which does not know what this one is doing. */
  beside(sequences: RunnableSequence | RunnableSequence[], channel = this.channel): Engine {
    const engine = new Engine(this.file, this.file, channel, this.directory, this.life + 1, this.clock.now());
    for (const sequence of [sequences].flat()) engine.know(sequence);
    for (const [id, sequence] of this.project) engine.project.set(id, sequence);
    return engine;
  }

  async publish(sequence: RunnableSequence, status?: SequenceStatus): Promise<void> {
    this.know(sequence);
    this.project.set(sequence.id, published(sequence, status));
    await this.file.sequences.publish(organization, [...this.project.values()], this.clock.now());
  }

  private know(sequence: RunnableSequence): void {
    this.versions.set(`${sequence.id} ${sequence.version}`, sequence);
  }

  /** An execute call for these addresses; answers the `data` of its answer. */
  async call(emails: string[], change: Partial<ExecuteCall> = {}): Promise<Answered> {
    const contacts = emails.map((email) => ({ email }));
    const { body } = await this.execute.run({ organization, sequence: "welcome", source: "api", contacts, ...change });
    return (JSON.parse(body) as { data: Answered }).data;
  }

  async sending(id: string) {
    const sending = await this.file.sendings.get(organization, id);
    if (!sending) throw new Error(`no sending ${id}`);
    return sending;
  }

  /** The kinds of a sending's timeline, with the outcome of what was settled. */
  async story(id: string): Promise<string[]> {
    const entries = await this.file.sendings.timeline(organization, id);
    return entries.map(({ kind, stepId, outcome, reason }) =>
      [kind, stepId, outcome ?? (kind === "created" ? null : reason)].filter(Boolean).join(" "),
    );
  }

  runSweep(): Promise<number> {
    return this.sweep.run();
  }

  get sweepAlarm(): number | undefined {
    return this.scheduler.rings.get(`${SWEEP}:${SWEEP_ID}`);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
