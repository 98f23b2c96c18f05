import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Directory } from "../contracts/directory.js";
import { Refusal } from "../contracts/errors.js";
import type { Log } from "../contracts/log.js";
import type { Instant, Json, Sequence } from "../contracts/model.js";
import type { Normalizer } from "../contracts/people.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { RunnableSequence, Sequences } from "../contracts/step.js";
import type { AcceptPlan } from "../contracts/accept.js";
import type { Store } from "../contracts/store.js";
import type { ExecuteAnswer, ExecuteCall } from "../contracts/verbs.js";
import { CLOCK, DIRECTORY, IDS, LOG, NORMALIZER, SCHEDULER, SEQUENCES, STORE } from "../tokens.js";
import { answerBody, executionOf } from "./answer.js";
import { Doors } from "./doors.js";
import { ADVANCE } from "./jobs.js";
import { planned, results, type Plan } from "./plan.js";
import { startable } from "./startable.js";
import { arrive } from "./walk.js";

/** Accepts an execute call: one transaction, then one alarm. */
@injectable()
export class Execute {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(SEQUENCES) private readonly sequences: Sequences,
    @inject(DIRECTORY) private readonly directory: Directory,
    @inject(NORMALIZER) private readonly normalizer: Normalizer,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(LOG) private readonly log: Log,
    @inject(Doors) private readonly doors: Doors,
  ) {}

  /** Throws `Refusal`; a call that is refused has written nothing. */
  run(call: ExecuteCall): Promise<ExecuteAnswer> {
    return this.doors.answer(() => this.answer(call), call.contacts.length);
  }

  private async answer(call: ExecuteCall): Promise<ExecuteAnswer> {
    const sequence = await this.store.sequences.find(call.organization, call.sequence);
    if (!sequence) throw new Refusal("NOT_FOUND", "There is no such sequence");
    const idempotency = keyFor(call, sequence);
    if (idempotency) {
      // What was accepted once is answered as it was, also when the sequence has been paused since.
      const earlier = await this.store.executions.answered(call.organization, idempotency.key);
      if (earlier) return this.replay(earlier.fingerprint === idempotency.fingerprint ? earlier.body : undefined);
    }
    const runnable = await startable(this.sequences, sequence, null);
    const { directory, normalizer, ids } = this;
    const people = planned(call, { directory, normalizer, ids });
    const plan = this.plan(call, sequence, runnable, people, idempotency);
    const accepted = await this.store.executions.accept(plan);
    switch (accepted.kind) {
      case "accepted":
        if (!plan.dryRun) await this.ring(plan.execution.id, plan.execution.startAt);
        return { body: accepted.body, replayed: false };
      case "replayed":
        return this.replay(accepted.body);
      case "reused":
        return this.replay(undefined);
      case "refused":
        throw new Refusal("NO_ELIGIBLE_CONTACTS", "None of the contacts can be sent this sequence", {
          results: results(people, accepted.outcomes) as unknown as Json,
        });
    }
  }

  private plan(
    call: ExecuteCall,
    sequence: Sequence,
    runnable: RunnableSequence,
    people: Plan,
    idempotency: AcceptPlan["idempotency"],
  ): AcceptPlan {
    const now = this.clock.now();
    const startAt = Math.max(call.scheduledAt ?? now, now);
    const { organization, source } = call;
    const dryRun = call.dryRun ?? false;
    const id = this.ids.next();
    return {
      execution: {
        id,
        organization,
        sequenceId: sequence.id,
        sequenceVersion: sequence.version,
        source,
        eventId: null,
        entity: null,
        startAt,
        createdAt: now,
      },
      purpose: runnable.purpose,
      reentry: runnable.reentry,
      start: arrive(runnable, 0, startAt),
      people: people.people,
      dryRun,
      answer: (outcomes) => answerBody(sequence, dryRun ? null : id, people, outcomes),
      ...(idempotency ? { idempotency } : {}),
    };
  }

  /** The caller may be here again because the process died before it set the alarm: it is set again. */
  private async replay(body: string | undefined): Promise<ExecuteAnswer> {
    if (body === undefined) {
      throw new Refusal("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another call");
    }
    const executionId = executionOf(body);
    if (executionId !== null) await this.ring(executionId, this.clock.now());
    return { body, replayed: true };
  }

  /** The call is accepted by now: without its alarm it waits for the sweep, and is not refused. */
  private async ring(executionId: string, at: Instant): Promise<void> {
    try {
      await this.scheduler.schedule(ADVANCE, executionId, at);
    } catch (cause) {
      this.log.warn({ execution: executionId, error: cause as Error }, "the alarm could not be set; the sweep will");
    }
  }
}

/** A dry run writes nothing, so it neither keeps an answer nor asks for one. */
function keyFor({ idempotency, dryRun }: ExecuteCall, sequence: Sequence): AcceptPlan["idempotency"] {
  if (!idempotency || dryRun) return undefined;
  return { key: idempotency.key, fingerprint: idempotency.fingerprint(sequence.id) };
}
