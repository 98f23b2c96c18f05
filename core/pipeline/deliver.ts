import { inject, injectable } from "tsyringe";
import type { Channel, Message, Outcome } from "../contracts/channel.js";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Instant, Note, Position } from "../contracts/model.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { Composed, RunnableSequence, StepView } from "../contracts/step.js";
import type { Claim, Settlement, Store } from "../contracts/store.js";
import { CHANNELS, CLOCK, IDS, LOG, SCHEDULER, STORE, type ChannelMap } from "../tokens.js";
import { afterCall, parked } from "./after-call.js";
import { allEnded } from "./all-ended.js";
import { SWEEP, SWEEP_ID } from "./jobs.js";
import { Lane } from "./lane.js";
import { Ledger } from "./ledger.js";
import { called, failed, moved, unchanged } from "./settlements.js";
import type { SendAction } from "./walk.js";

/** A claim whose step wants to send. `position` is at that step. */
export interface Ready {
  sequence: RunnableSequence;
  claim: Claim;
  view: StepView;
  position: Position;
  /** What the walk to the step had to say. */
  notes: readonly Note[];
  send: SendAction;
}

/** How long another process may have paused a channel before this one notices. */
const belief = 250;

interface Call extends Ready {
  message: Message;
}

/** Hands messages to channels: the ledger says `calling`, then the call is made, then the ledger says how it ended. */
@injectable()
export class Deliver {
  private readonly lanes = new Map<string, Lane>();
  /** Until when a channel is taken to be open without looking. That one is paused is never taken for granted. */
  private readonly believedOk = new Map<string, Instant>();
  private readonly cut = new AbortController();
  private halted = false;
  /** Attempts whose end this process has yet to write: nobody else is to judge them. */
  readonly flights = new Set<string>();

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(CHANNELS) private readonly channels: ChannelMap,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(LOG) private readonly log: Log,
    @inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /** From now on no call begins; those under way go on. */
  halt(): void {
    this.halted = true;
  }

  get isHalted(): boolean {
    return this.halted;
  }

  /** Ends the calls under way; each is settled as its channel tells: in doubt when its bytes may have left. */
  cutShort(): void {
    this.halted = true;
    this.cut.abort();
  }

  /** Sends all of `ready` over the channel `name`. Resolves when each is settled, parked or given back. */
  async send(name: string, ready: readonly Ready[]): Promise<void> {
    const channel = this.channels.get(name);
    if (!channel) return this.park(name, ready);
    const lane = this.lane(name, channel);
    const underWay: Promise<void>[] = [];
    const rest = [...ready];
    try {
      while (rest.length > 0 && !this.halted) {
        const slots = await lane.take(rest.length);
        let calls: Call[] = [];
        let late: Promise<Ready>[] = [];
        try {
          await this.park(name, await this.heldBack(name, rest));
          ({ calls, late } = await this.begin(name, rest.slice(0, slots)));
          rest.splice(0, slots);
        } finally {
          lane.give(slots - calls.length);
        }
        for (const call of calls) underWay.push(awaitedLater(this.fly(name, channel, lane, call)));
        for (const one of late) underWay.push(awaitedLater(one.then((made) => this.send(name, [made]))));
      }
    } finally {
      await allEnded([...underWay, this.ledger.settle(rest.map(unchanged))]);
    }
  }

  /** Takes out of `rest` what the channel's pause holds back: everything but a probe. */
  private async heldBack(name: string, rest: Ready[]): Promise<Ready[]> {
    const now = this.clock.now();
    if (now < (this.believedOk.get(name) ?? 0)) return [];
    const { state } = await this.store.channels.get(name);
    if (state === "ok") this.believedOk.set(name, now + belief);
    return state === "ok" ? [] : take(rest, (ready) => !isProbe(ready));
  }

  private async park(channel: string, ready: readonly Ready[]): Promise<void> {
    await this.ledger.settle(ready.map((one) => moved({ ...one, position: parked({ ...one, channel }) })));
  }

  /** Renders, and commits `calling` for those that may call. What takes its time to be rendered keeps no place in flight meanwhile. */
  private async begin(channel: string, ready: readonly Ready[]): Promise<{ calls: Call[]; late: Promise<Ready>[] }> {
    const calls: Call[] = [];
    const late: Promise<Ready>[] = [];
    const refused: Settlement[] = [];
    for (const one of ready) {
      const composed = one.send.compose();
      if (composed instanceof Promise) late.push(composed.then((done) => withText(one, done)));
      else if ("message" in composed) calls.push({ ...one, message: composed.message });
      else refused.push(failed(one, composed.refused, composed.note));
    }
    await this.ledger.settle(refused);
    if (calls.length === 0) return { calls, late };
    return { calls: await this.announce(channel, calls), late };
  }

  /** Commits `calling`; answers those that may call. They are in flight from before the moment that a sweep can see them. */
  private async announce(channel: string, calls: readonly Call[]): Promise<Call[]> {
    const announced = calls.map(({ claim, position }) => ({
      attemptId: claim.attemptId,
      sendingId: claim.sending.id,
      stepId: position.stepId ?? "",
      channel,
      claimedAt: claim.claimedAt,
    }));
    for (const { attemptId } of announced) this.flights.add(attemptId);
    let allowed = new Set<string>();
    try {
      allowed = await this.store.attempts.calling(announced, this.clock.now());
    } finally {
      for (const { attemptId } of announced) if (!allowed.has(attemptId)) this.flights.delete(attemptId);
    }
    return calls.filter(({ claim }) => allowed.has(claim.attemptId));
  }

  private async fly(name: string, channel: Channel, lane: Lane, call: Call): Promise<void> {
    const { attemptId } = call.claim;
    const outcome = await this.outcome(channel, call);
    lane.give(1);
    if (outcome.status === "deferred" && outcome.pause) await this.pause(name, outcome.reason, outcome.pause.probeAt);
    await this.settle(name, call, outcome);
    this.flights.delete(attemptId);
    if (isProbe(call) && (outcome.status === "accepted" || outcome.status === "rejected")) await this.resume(name);
  }

  /** A channel that rejects breaks its contract; whether its message went out is then unknown. */
  private async outcome(channel: Channel, { message, claim }: Call): Promise<Outcome> {
    try {
      return await channel.send(message, this.cut.signal);
    } catch (cause) {
      this.log.error({ attemptId: claim.attemptId, channel: channel.use, error: cause as Error }, "a channel threw");
      return { status: "uncertain", reason: "The channel failed in a way that it does not describe" };
    }
  }

  private async settle(channel: string, call: Call, outcome: Outcome): Promise<void> {
    const view = { ...call.view, now: this.clock.now() };
    const { onUncertain } = call.send;
    const next = afterCall({ ...call, view, channel, onUncertain, chance: this.ids.chance() }, outcome);
    await this.ledger.settle([called(call, outcome, next)]);
  }

  /** If this cannot be written, the sending is parked all the same and the next sweep tries the channel again. */
  private async pause(name: string, reason: string, probeAt: number | undefined): Promise<void> {
    this.believedOk.delete(name);
    this.log.error({ channel: name, reason }, "the channel is paused: its provider refuses us");
    try {
      await this.store.channels.pause(name, reason, probeAt ?? null, this.clock.now());
    } catch (cause) {
      this.log.error({ channel: name, error: cause as Error }, "the pause could not be written");
    }
  }

  private async resume(name: string): Promise<void> {
    const now = this.clock.now();
    await this.store.channels.resume(name, now);
    await this.scheduler.schedule(SWEEP, SWEEP_ID, now);
  }

  private lane(name: string, channel: Channel): Lane {
    const lane = this.lanes.get(name) ?? new Lane(channel.concurrency);
    this.lanes.set(name, lane);
    return lane;
  }
}

/** When it is awaited it may long have failed. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function withText(one: Ready, composed: Composed): Ready {
  return { ...one, send: { ...one.send, compose: () => composed } };
}

/** The store lets one parked sending of a paused channel go, to see whether the provider takes it: it is known by its reason. */
function isProbe({ claim }: Ready): boolean {
  return claim.sending.reason === "channel_paused";
}

/** Removes from `list`, in order, the items for which `test` holds, and answers them. */
function take<T>(list: T[], test: (item: T) => boolean): T[] {
  const taken = list.filter(test);
  if (taken.length > 0) list.splice(0, list.length, ...list.filter((item) => !test(item)));
  return taken;
}
