import { inject, injectable } from "tsyringe";
import type { Clock } from "../contracts/clock.js";
import { Refusal } from "../contracts/errors.js";
import { statusOf } from "../contracts/rules.js";
import type { Execution, Note, Position, Sending } from "../contracts/model.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { RunnableSequence, Sequences } from "../contracts/step.js";
import type { Store } from "../contracts/store.js";
import { CHANNELS, CLOCK, SCHEDULER, SEQUENCES, STORE, type ChannelMap } from "../tokens.js";
import { ADVANCE, SWEEP, SWEEP_ID } from "./jobs.js";
import { arrive } from "./walk.js";

/** What a person does to what is under way. Every refusal is a `Refusal`. */
@injectable()
export class Intervene {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(SEQUENCES) private readonly sequences: Sequences,
    @inject(CHANNELS) private readonly channels: ChannelMap,
    @inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The step is tried again at once. The doubts about it stay: if this try ends uncertain too, a person decides again. */
  retry(organization: string, id: string): Promise<Sending> {
    return this.takeUp(organization, id, "tried again by hand", (sequence, { stepIndex, doubts }, now) => ({
      ...arrive(sequence, stepIndex, now),
      dueAt: now,
      doubts,
    }));
  }

  /** The sending goes on with the next step, after that step's own delay. */
  skip(organization: string, id: string): Promise<Sending> {
    return this.takeUp(organization, id, "step skipped by hand", (sequence, { stepIndex }, now) =>
      arrive(sequence, stepIndex + 1, now),
    );
  }

  async cancelSending(organization: string, id: string): Promise<Sending> {
    const cancelled = await this.store.sendings.cancel(organization, id, "by_call", this.clock.now());
    if (cancelled === undefined) throw notFound("sending");
    if (cancelled === "conflict") throw await this.conflict(organization, id, "pending, scheduled, sent or held");
    return cancelled;
  }

  async cancelExecution(organization: string, id: string): Promise<Execution> {
    const cancelled = await this.store.executions.cancel(organization, id, this.clock.now());
    if (!cancelled) throw notFound("execution");
    return cancelled;
  }

  /** What was parked is due at once; the sweep rings for it. */
  async resumeChannel(name: string): Promise<void> {
    if (!this.channels.has(name)) throw notFound("channel");
    const now = this.clock.now();
    await this.store.channels.resume(name, now);
    await this.scheduler.schedule(SWEEP, SWEEP_ID, now);
  }

  private async takeUp(
    organization: string,
    id: string,
    note: string,
    place: (sequence: RunnableSequence, sending: Sending, now: number) => Position,
  ): Promise<Sending> {
    const sending = await this.store.sendings.get(organization, id);
    if (!sending) throw notFound("sending");
    const sequence = await this.sequences.runnable(sending.sequenceId, sending.sequenceVersion);
    const now = this.clock.now();
    const position = place(sequence, sending, now);
    const notes: Note[] = [{ kind: "moved", stepId: sending.stepId, reason: "by_call", note }];
    if (position.state === "completed")
      notes.push({ kind: "completed", stepId: position.stepId, reason: null, note: null });
    const moved = await this.store.sendings.move(organization, id, ["held", "failed"], position, notes, now);
    if (moved === undefined) throw notFound("sending");
    if (moved === "conflict") throw await this.conflict(organization, id, "held or failed");
    await this.scheduler.schedule(ADVANCE, moved.executionId, now);
    return moved;
  }

  private async conflict(organization: string, id: string, wanted: string): Promise<Refusal> {
    const sending = await this.store.sendings.get(organization, id);
    const status = sending ? statusOf(sending, this.clock.now()) : "gone";
    return new Refusal("CONFLICT", `The sending is ${status}; this needs one that is ${wanted}`, { status });
  }
}

function notFound(kind: string): Refusal {
  return new Refusal("NOT_FOUND", `There is no such ${kind}`);
}
