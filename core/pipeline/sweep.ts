import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Instant } from "../contracts/model.js";
import type { Job, Scheduler } from "../contracts/scheduler.js";
import type { Sources } from "../contracts/source.js";
import type { RunnableStep, Sequences, StepView, UncertainPolicy } from "../contracts/step.js";
import type { DueExecution, HeldWork, Settlement, StaleAttempt, Store } from "../contracts/store.js";
import {
  CHANNELS,
  CLOCK,
  IDS,
  LOG,
  SCHEDULER,
  SEQUENCES,
  SETTINGS,
  SOURCES,
  STORE,
  type ChannelMap,
  type PipelineSettings,
} from "../tokens.js";
import { afterCall } from "./after-call.js";
import { Deliver } from "./deliver.js";
import { ADVANCE, ENDED, ENDED_ID, INTAKE } from "./jobs.js";
import { Ledger } from "./ledger.js";
import { called } from "./settlements.js";
import { arrive } from "./walk.js";

const page = 500;

/** Looks, each minute, after what no alarm looks after: calls gone quiet, paused channels, executions without an alarm, old rows. */
@injectable()
export class Sweep implements Job {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(SEQUENCES) private readonly sequences: Sequences,
    @inject(CHANNELS) private readonly channels: ChannelMap,
    @inject(SOURCES) private readonly sources: Sources,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(LOG) private readonly log: Log,
    @inject(SETTINGS) private readonly settings: PipelineSettings,
    @inject(Ledger) private readonly ledger: Ledger,
    @inject(Deliver) private readonly deliver: Deliver,
  ) {}

  async run(): Promise<Instant> {
    const now = this.clock.now();
    const slowest = Math.max(0, ...[...this.channels.values()].map(({ timeout }) => timeout));
    const quiet = now - slowest - this.settings.callGrace;
    await this.doubt((limit) => this.store.attempts.stale(quiet, limit));
    await this.openChannels(now);
    await this.ring(now + this.settings.sweepEvery);
    await this.ringSources();
    await this.expire(now);
    return now + this.settings.sweepEvery;
  }

  /** For a process that knows it is alone: what the one before it had in hand is taken up at once. */
  async recover(): Promise<void> {
    await this.store.takeOver();
    // Every one, whatever the time: the clock may have been put back since it began.
    const doubted = await this.doubt((limit) => this.store.attempts.stale(Number.MAX_SAFE_INTEGER, limit));
    if (doubted > 0) this.log.warn({ attempts: doubted }, "calls of the process before this one ended uncertain");
  }

  /** Of one process among several, which is dead: nobody else will say how its calls ended. */
  async takeUp(held: HeldWork): Promise<void> {
    await this.store.takeOver(held);
    const doubted = await this.doubt((limit) => this.store.attempts.orphans(held.executions, limit));
    if (doubted > 0) this.log.warn({ attempts: doubted }, "calls of a dead process ended uncertain");
  }

  /** Settles as uncertain every call that `find` finds. */
  private async doubt(find: (limit: number) => Promise<StaleAttempt[]>): Promise<number> {
    let doubted = 0;
    for (;;) {
      const stale = await find(page + this.deliver.flights.size);
      const quiet = stale.filter(({ attemptId }) => !this.deliver.flights.has(attemptId));
      if (quiet.length === 0) return doubted;
      await this.ledger.settle(await Promise.all(quiet.map((claim) => this.uncertain(claim))));
      doubted += quiet.length;
    }
  }

  /** The same rule as for a call that a channel reports as uncertain; the ledger says which step was called. */
  private async uncertain({ stepId, channel, ...claim }: StaleAttempt): Promise<Settlement> {
    const { sending, contact, entity, attemptId } = claim;
    const sequence = await this.sequences.runnable(sending.sequenceId, sending.sequenceVersion);
    const view: StepView = { sending, contact, entity, attemptId, now: this.clock.now() };
    const index = sequence.steps.findIndex(({ id }) => id === stepId);
    const position = sending.stepId === stepId ? sending : { ...arrive(sequence, index, view.now), doubts: 0 };
    const onUncertain = policy(sequence.steps[index], view);
    const outcome = { status: "uncertain", reason: "The process ended, or lost its way, during the call" } as const;
    const next = afterCall({ sequence, view, position, channel, onUncertain, chance: this.ids.chance() }, outcome);
    return called({ claim, position, notes: [] }, outcome, next);
  }

  /** Probes paused channels whose time has come, and frees what was parked while its channel was being resumed. */
  private async openChannels(now: Instant): Promise<void> {
    for (const name of this.channels.keys()) {
      const { state } = await this.store.channels.get(name);
      if (state === "ok") await this.store.channels.resume(name, now);
      else await this.probe(name, now);
    }
  }

  private async probe(name: string, now: Instant): Promise<void> {
    const execution = await this.store.channels.probe(name, now, now + this.settings.probeEvery);
    if (execution === null) return;
    this.log.info({ channel: name, execution }, "one message probes the paused channel");
    await this.scheduler.schedule(ADVANCE, execution, now);
  }

  /** Sets the alarm of every execution that is due by then and has none, or only a later one. */
  private async ring(by: Instant): Promise<void> {
    let last: DueExecution | undefined;
    do {
      const due: DueExecution[] = await this.store.executions.dueBy(by, page, last);
      const alarms = await this.scheduler.alarms(
        ADVANCE,
        due.map(({ id }) => id),
      );
      const silent = due.filter(({ id, dueAt }) => (alarms.get(id) ?? Infinity) > dueAt);
      await Promise.all(silent.map(({ id, dueAt }) => this.scheduler.schedule(ADVANCE, id, dueAt)));
      last = due.length === page ? due.at(-1) : undefined;
    } while (last);
  }

  /** Events that wait although nothing rings for them, and ends of bookings that are to be told. */
  private async ringSources(): Promise<void> {
    for (const { name } of this.sources.all) {
      const at = await this.store.inbox.nextDue(name);
      if (at !== null) await this.scheduler.schedule(INTAKE, name, at);
    }
    const [ends] = await this.store.inbox.ended(Number.MAX_SAFE_INTEGER, 1);
    if (ends && ends.endedDueAt !== null) await this.scheduler.schedule(ENDED, ENDED_ID, ends.endedDueAt);
  }

  private async expire(now: Instant): Promise<void> {
    const { outbox, idempotency, events, refused } = this.settings.retention;
    const before = {
      outbox: now - outbox,
      idempotency: now - idempotency,
      events: now - events,
      refused: now - refused,
    };
    while ((await this.store.expire(before, page)) >= page);
  }
}

function policy(step: RunnableStep | undefined, view: StepView): UncertainPolicy {
  const action = step?.begin(view);
  return action?.do === "send" ? action.onUncertain : "hold";
}
