import { inject, injectable } from "tsyringe";
import type { Channel, Message, Outcome } from "../contracts/channel.js";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Note, Position } from "../contracts/model.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { Composed, RunnableSequence, StepView } from "../contracts/step.js";
import type { Claim, Settlement, Store } from "../contracts/store.js";
import { CHANNELS, CLOCK, IDS, LOG, SCHEDULER, STORE, type ChannelMap } from "../tokens.js";
import { afterCall, parked } from "./after-call.js";
import { allEnded } from "./all-ended.js";
import type { Pass } from "./gate.js";
import { Ledger } from "./ledger.js";
import { Line } from "./line.js";
import { Pauses } from "./pauses.js";
import { called, failed, moved, uncalled, unchanged } from "./settlements.js";
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

interface Call extends Ready {
  message: Message;
}

/** Hands messages to channels: the ledger says `calling`, then the call is made, then the ledger says how it ended. */
@injectable()
export class Deliver {
  private readonly lines = new Map<string, Line>();
  private readonly pauses: Pauses;
  private readonly cut = new AbortController();
  private halted = false;
  /** Attempts whose end this process has yet to write: nobody else is to judge them. */
  readonly flights = new Set<string>();

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) scheduler: Scheduler,
    @inject(CHANNELS) private readonly channels: ChannelMap,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(LOG) private readonly log: Log,
    @inject(Ledger) private readonly ledger: Ledger,
  ) {
    this.pauses = new Pauses(store, scheduler, clock, log);
  }

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

  /** Sends all of `ready` over the channel `name`. Resolves when each is settled, parked, put off or given back. */
  async send(name: string, ready: readonly Ready[]): Promise<void> {
    const channel = this.channels.get(name);
    if (!channel) return this.park(name, ready);
    const line = this.line(name, channel);
    const underWay: Promise<void>[] = [];
    const rest = [...ready];
    try {
      while (rest.length > 0 && !this.halted) {
        const slots = await line.lane.take(rest.length);
        let pass: Pass = { calls: 0, round: 0 };
        let calls: Call[] = [];
        let late: Promise<Ready>[] = [];
        try {
          // It may have waited long for its places.
          if (this.isHalted) break;
          await this.park(name, await this.heldBack(name, rest));
          pass = line.gate.admit(Math.min(slots, rest.length));
          if (pass.calls === 0) await this.putOff(line, rest.splice(0));
          ({ calls, late } = await this.begin(name, rest.slice(0, pass.calls)));
          rest.splice(0, pass.calls);
        } finally {
          line.gate.takeBack(pass.calls - calls.length, pass);
          line.lane.give(slots - calls.length);
        }
        for (const call of calls) underWay.push(awaitedLater(this.fly(line, pass, call)));
        for (const one of late) underWay.push(awaitedLater(one.then((made) => this.send(name, [made]))));
      }
    } finally {
      await allEnded([...underWay, this.ledger.settle(rest.map(unchanged))]);
    }
  }

  /** Takes out of `rest` what the channel's pause holds back: everything but a probe. */
  private async heldBack(name: string, rest: Ready[]): Promise<Ready[]> {
    return (await this.pauses.holds(name)) ? take(rest, (ready) => !isProbe(ready)) : [];
  }

  /** Until the gate is to be asked again. Nothing was tried: it counts as no try, and those of one execution come back together. */
  private async putOff({ gate }: Line, ready: readonly Ready[]): Promise<void> {
    const dueAt = gate.askAgainAt();
    await this.ledger.settle(ready.map((one) => moved({ ...one, position: { ...one.position, dueAt } })));
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
    } catch (cause) {
      // It may be written all the same, and only we know that nobody called.
      await this.ledger.settle(calls.map(uncalled));
      throw cause;
    } finally {
      for (const { attemptId } of announced) if (!allowed.has(attemptId)) this.flights.delete(attemptId);
    }
    return calls.filter(({ claim }) => allowed.has(claim.attemptId));
  }

  private async fly(line: Line, pass: Pass, call: Call): Promise<void> {
    const { name, channel, lane, gate } = line;
    const { attemptId } = call.claim;
    const outcome = await this.outcome(channel, call);
    // What this process cuts says nothing of the provider.
    if (!this.cut.signal.aborted) gate.ended(outcome, pass);
    lane.give(1);
    if (outcome.status === "deferred" && outcome.pause)
      await this.pauses.pause(name, outcome.reason, outcome.pause.probeAt);
    await this.settle(line, call, outcome);
    this.flights.delete(attemptId);
    if (isProbe(call) && (outcome.status === "accepted" || outcome.status === "rejected"))
      await this.pauses.resume(name);
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

  /** What the provider's limit defers comes back with all that the limit holds back. */
  private async settle({ name, gate }: Line, call: Call, outcome: Outcome): Promise<void> {
    const view = { ...call.view, now: this.clock.now() };
    const { onUncertain } = call.send;
    const limited = outcome.status === "deferred" && outcome.limit !== undefined;
    const heard: Outcome = limited ? { ...outcome, retryAt: gate.askAgainAt() } : outcome;
    const next = afterCall({ ...call, view, channel: name, onUncertain, chance: this.ids.chance() }, heard);
    await this.ledger.settle([called(call, outcome, next)]);
  }

  private line(name: string, channel: Channel): Line {
    const line = this.lines.get(name) ?? new Line(name, channel, this.clock, this.ids, this.log);
    this.lines.set(name, line);
    return line;
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
