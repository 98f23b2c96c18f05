import type { Message, Outcome } from "../../../../core/contracts/channel.js";
import type { SequenceStatus } from "../../../../core/contracts/model.js";
import type { RunnableSequence } from "../../../../core/contracts/step.js";
import { Refusal } from "../../../../core/contracts/errors.js";
import { ADVANCE, SWEEP, SWEEP_ID } from "../../../../core/pipeline/jobs.js";
import { FakeChannel } from "../../../fakes/channel.js";
import { Engine, organization } from "../engine.js";
import { fingerprint, type Told } from "./accepting.js";
import type { Call } from "./guests.js";
import { directory, minute, runnableOf, scripts } from "./scripts.js";
import { isUnprintable, kindFor, type Behaviour, type Data, type Kind } from "./world.js";

/** A call as the provider saw it. `heard`: what our process was told of it in time. */
export interface Heard {
  sendingId: string;
  stepId: string;
  to: string;
  heard: Kind | "unanswered";
}

/** What a person did by hand to one sending's step. */
export interface ByHand {
  sendingId: string;
  stepId: string;
  did: "retry" | "skip";
}

/** The real thing: the engine of today, the journal of its provider, and whatever has to outlive a process. */
export class Stage {
  readonly journal: Heard[] = [];
  readonly byHand: ByHand[] = [];
  readonly keyed: Call[] = [];
  behaviour: Behaviour = { all: "accepted" };
  private hanging = false;
  private inTheAir: { message: Message; comeBack: (kind: Kind, inTime: boolean) => void }[] = [];
  private ringing: Promise<unknown>[] = [];

  private constructor(
    readonly runnables: RunnableSequence[],
    public engine: Engine,
  ) {}

  static async open(): Promise<Stage> {
    const channel = new FakeChannel(undefined, 1_000);
    const runnables = scripts.map((script) => runnableOf(script, (title) => isUnprintable(stage.behaviour, title)));
    const stage: Stage = new Stage(runnables, await Engine.start(runnables, { channel, directory }));
    channel.answer = (message) => stage.answer(message);
    await stage.wake();
    return stage;
  }

  get now(): number {
    return this.engine.clock.now();
  }

  async execute(call: Call, byId: boolean): Promise<Told> {
    const { sequence, key, ...body } = call;
    const idOrKey = byId ? (scripts.find(({ key }) => key === sequence)?.id ?? "5e9fffff") : sequence;
    const idempotency = key === undefined ? {} : { idempotency: { key, fingerprint: () => fingerprint(call) } };
    try {
      const asked = { ...structuredClone(body), organization, source: "api", sequence: idOrKey, ...idempotency };
      const { body: text, replayed } = await this.engine.execute.run(asked);
      return { data: (JSON.parse(text) as { data: Data }).data, replayed };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, details } = error;
      return details === undefined ? { code } : { code, details };
    }
  }

  async setStatus(key: string, status: SequenceStatus): Promise<void> {
    await this.engine.publish(
      this.runnables.find((one) => one.key === key)!,
      status,
    );
    await this.wake();
  }

  /** The sweep's alarm, as a process sets it when it starts. */
  wake(): Promise<void> {
    return this.engine.scheduler.schedule(SWEEP, SWEEP_ID, this.now);
  }

  /** Rings all that is due; the calls that are made of it stay in the air. */
  async takeOff(): Promise<void> {
    this.hanging = true;
    const { scheduler } = this.engine;
    do {
      this.ringing.push(scheduler.ringDue());
      await this.quiet();
    } while (Math.min(...scheduler.rings.values()) <= this.now);
  }

  /** The calls in the air come back as the provider behaves now, and all that is due because of it is done. */
  async land(): Promise<void> {
    this.hanging = false;
    for (const { message, comeBack } of this.inTheAir.splice(0))
      comeBack(kindFor(this.behaviour, message.to.email), true);
    await Promise.all(this.ringing.splice(0));
    await this.engine.scheduler.ringDue();
  }

  /** The process dies and the next one starts. `late`: what the dead one hears still, before it knows that it is dead. */
  async crash(late: Kind | undefined): Promise<void> {
    const { engine: dead, inTheAir, ringing } = this;
    Object.assign(this, { hanging: false, inTheAir: [], ringing: [] });
    this.engine = await dead.reborn(this.runnables);
    if (late) {
      dead.deliver.halt();
      for (const name of [ADVANCE, SWEEP]) dead.scheduler.define(name, { run: () => Promise.resolve(undefined) });
      for (const { comeBack } of inTheAir) comeBack(late, false);
      await Promise.all(ringing);
    }
    await this.wake();
  }

  /** How many rows were written in all. */
  get written(): number {
    const count = this.engine.file.database.statement<{ n: number }>("SELECT total_changes() AS n");
    return count.get()?.n ?? 0;
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  private answer(message: Message): Outcome | Promise<Outcome> {
    const { sendingId, stepId, to } = message;
    const entry: Heard = { sendingId, stepId, to: to.email, heard: "unanswered" };
    this.journal.push(entry);
    if (!this.hanging) {
      entry.heard = kindFor(this.behaviour, to.email);
      return this.outcome(entry.heard);
    }
    return new Promise((resolve, reject) => {
      const comeBack = (kind: Kind, inTime: boolean): void => {
        if (inTime) entry.heard = kind;
        this.outcome(kind).then(resolve, reject);
      };
      this.inTheAir.push({ message, comeBack });
    });
  }

  private async outcome(kind: Kind): Promise<Outcome> {
    switch (kind) {
      case "accepted":
        return { status: "accepted", providerId: "p" };
      case "rejected":
        return { status: "rejected", reason: "no such mailbox" };
      case "deferred":
        return { status: "deferred", reason: "busy" };
      case "later":
        return { status: "deferred", reason: "429", retryAt: this.now + 90_000 };
      case "uncertain":
        return { status: "uncertain", reason: "timeout" };
      case "throws":
        throw new Error("a channel must not");
      case "401":
        return { status: "deferred", reason: "401", pause: {} };
      case "403":
        return { status: "deferred", reason: "403", pause: { probeAt: this.now + 15 * minute } };
    }
  }

  /** Until nothing moves but what waits for the provider. */
  private async quiet(): Promise<void> {
    for (let still = 0, last = ""; still < 10;) {
      await new Promise((resolve) => setImmediate(resolve));
      const mark = `${this.written} ${this.journal.length} ${this.engine.scheduler.rings.size}`;
      still = mark === last ? still + 1 : 0;
      last = mark;
    }
  }
}
