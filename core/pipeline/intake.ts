import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { InboundEvent } from "../contracts/connector.js";
import { StoreUnavailable } from "../contracts/errors.js";
import type { InboxEvent, IntakeResult, Settled } from "../contracts/inbox.js";
import type { Log } from "../contracts/log.js";
import type { Instant } from "../contracts/model.js";
import type { Job, Scheduler } from "../contracts/scheduler.js";
import type { LoadedSource, Sources } from "../contracts/source.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, IDS, LOG, SCHEDULER, SETTINGS, SOURCES, STORE, type PipelineSettings } from "../tokens.js";
import { Doors } from "./doors.js";
import { EventPlans } from "./event-plans.js";
import { InTurn } from "./in-turn.js";
import { executesOf, intakeResult } from "./intake-result.js";
import { ADVANCE, ENDED, ENDED_ID, INTAKE } from "./jobs.js";
import { SourceStates } from "./source-states.js";
import { Translate } from "./translate.js";

/** Events of one source under way at once: one whose platform does not answer keeps one of these places, and nobody waiting. */
const atOnce = 64;
/** Between two tries to write down what became of an event. */
const pause = 1_000;
/** So long the doors have to themselves at a time, and so long an event waits for them at most. */
const lull = 50;
/** How often a process that shares the work looks for more while events are under way. */
const glance = 250;
const longestSettling = 5_000;
const patience = 20_000;

/** The job of one source: takes its events and has each of them carried out. Ends when all are under way, not when all are done, unless
 * other processes share the work. */
@injectable()
export class Intake implements Job {
  private readonly underWay = new Map<string, Map<string, Promise<void>>>();
  private readonly turns = new InTurn();
  private halted = false;

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(SOURCES) private readonly sources: Sources,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(LOG) private readonly log: Log,
    @inject(SETTINGS) private readonly settings: PipelineSettings,
    @inject(SourceStates) private readonly states: SourceStates,
    @inject(Translate) private readonly translate: Translate,
    @inject(EventPlans) private readonly plans: EventPlans,
    @inject(Doors) private readonly doors: Doors,
  ) {}

  async run(name: string): Promise<Instant | undefined> {
    const source = this.sources.get(name);
    if (!source || (await this.states.asked(source)) !== "running") return undefined;
    const places = this.placesOf(name);
    while (!this.halted) {
      const room = atOnce - places.size;
      if (room === 0) {
        await Promise.race(places.values());
        continue;
      }
      const now = this.clock.now();
      const lot = Math.min(room, this.doors.room);
      if (lot === 0 && (await this.mayWait(name, now))) {
        await this.clock.wait(lull);
        continue;
      }
      const lease = now + this.settings.lease;
      const events = await this.store.inbox.claimDue(name, now, lease, lot || room);
      this.doors.took(events.length);
      if (events.length === 0) {
        if (this.settings.isAlone || places.size === 0) break;
        // Other processes go by the lock of this job: it covers what is under way, so that events of one order take turns.
        await Promise.race([...places.values(), this.clock.wait(glance)]);
        continue;
      }
      for (const event of events) this.begin(places, event, source, lease);
    }
    return (await this.store.inbox.nextDue(name)) ?? undefined;
  }

  /** Resolves when an event that is under way here is not any more. */
  async ended({ source, id }: Pick<InboxEvent, "source" | "id">): Promise<void> {
    await this.underWay.get(source)?.get(id);
  }

  /** Has an event worked on and resolves when it is settled; where others share the work and are busy, after some seconds in any case. */
  async settled({ organization, source, id }: Pick<InboxEvent, "organization" | "source" | "id">): Promise<void> {
    if (this.settings.isAlone) {
      await this.run(source);
      return this.ended({ source, id });
    }
    await this.scheduler.schedule(INTAKE, source, this.clock.now());
    const until = this.clock.now() + longestSettling;
    while (this.clock.now() < until) {
      const event = await this.store.inbox.get(organization, id);
      if (event?.status !== "received") return;
      await this.clock.wait(lull);
    }
  }

  /** Takes no more events, and resolves when those under way are settled. */
  async halt(): Promise<void> {
    this.halted = true;
    await Promise.all([...this.underWay.values()].flatMap((places) => [...places.values()]));
  }

  /** Whether there is something to do, and none of it has waited long. */
  private async mayWait(name: string, now: Instant): Promise<boolean> {
    const oldest = await this.store.inbox.nextDue(name);
    return oldest !== null && oldest <= now && now - oldest < patience;
  }

  private placesOf(name: string): Map<string, Promise<void>> {
    const places = this.underWay.get(name) ?? new Map<string, Promise<void>>();
    this.underWay.set(name, places);
    return places;
  }

  private begin(places: Map<string, Promise<void>>, event: InboxEvent, source: LoadedSource, lease: Instant): void {
    const work = this.carryOut(event, source, lease)
      .catch((cause: unknown) => {
        // Its lease lapses, and it is taken up again.
        this.log.error(
          { event: event.id, source: source.name, error: cause as Error },
          "an event could not be settled",
        );
      })
      .finally(() => {
        // Its claim may have lapsed meanwhile, and the event be under way here again.
        if (places.get(event.id) === work) places.delete(event.id);
      });
    places.set(event.id, work);
  }

  /** Events of one order or booking one after another, as they came; one that its platform does not answer holds up no other. */
  private async carryOut(event: InboxEvent, source: LoadedSource, lease: Instant): Promise<void> {
    const read = await this.translate.read(event, source);
    await this.turns.run(entityOf(read, source), () => this.work(event, source, lease, read));
  }

  private async work(
    event: InboxEvent,
    source: LoadedSource,
    lease: Instant,
    read: InboundEvent | Error,
  ): Promise<void> {
    const translated = await this.translate.run(event, source, read);
    const executes = translated.status === "processed" ? executesOf(translated.commands) : [];
    const planned = await Promise.all(executes.map((command) => this.plans.of(event, command, translated.words)));
    const result = intakeResult(event, lease, translated, planned, this.sources, this.ids.next());
    await this.ring(event, await this.settle(result));
    if (translated.status === "dead") {
      this.log.warn(
        { event: event.id, source: source.name, reason: translated.reason },
        "an event cannot be carried out",
      );
    }
    if (translated.retryAt === null) return;
    this.log.info({ event: event.id, source: source.name }, "an event is tried again");
    await this.scheduler.schedule(INTAKE, source.name, translated.retryAt);
  }

  /** A store that is away is waited for: what the platform was asked need not be asked again. */
  private async settle(result: IntakeResult): Promise<Settled> {
    for (;;) {
      try {
        return await this.store.inbox.settle(result, this.clock.now());
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable) || this.halted) throw cause;
        await this.clock.wait(pause);
      }
    }
  }

  /** What is not rung here is found by the sweep. */
  private async ring({ source }: InboxEvent, { ring, endedDueAt, isGivenBack }: Settled): Promise<void> {
    await Promise.all(ring.map(({ executionId, at }) => this.scheduler.schedule(ADVANCE, executionId, at)));
    if (endedDueAt !== null) await this.scheduler.schedule(ENDED, ENDED_ID, endedDueAt);
    if (isGivenBack) await this.scheduler.schedule(INTAKE, source, this.clock.now());
  }
}

/** What the event is about, of its source. A connector that stumbles over it will do so again, and be heard. */
function entityOf(read: InboundEvent | Error, { name, connector }: LoadedSource): string | null {
  try {
    const reading = read instanceof Error ? undefined : connector.reading?.(read);
    return reading ? `${name}/${reading.kind}:${reading.id}` : null;
  } catch {
    return null;
  }
}
