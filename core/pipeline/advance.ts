import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Instant } from "../contracts/model.js";
import type { Job } from "../contracts/scheduler.js";
import type { Sequences } from "../contracts/step.js";
import type { Claim, Settlement, Store } from "../contracts/store.js";
import { CLOCK, IDS, SEQUENCES, SETTINGS, STORE, type PipelineSettings } from "../tokens.js";
import { allEnded } from "./all-ended.js";
import { Deliver, type Ready } from "./deliver.js";
import { Doors } from "./doors.js";
import { Ledger } from "./ledger.js";
import { failed, moved, unchanged } from "./settlements.js";
import { walk } from "./walk.js";

/** As many as one execution can have: one claim takes all that is due. */
const batch = 100;

/** The job of one execution: does all that is due in it and answers when something is due again. */
@injectable()
export class Advance implements Job {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SEQUENCES) private readonly sequences: Sequences,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(SETTINGS) private readonly settings: PipelineSettings,
    @inject(Ledger) private readonly ledger: Ledger,
    @inject(Deliver) private readonly deliver: Deliver,
    @inject(Doors) private readonly doors: Doors,
  ) {}

  async run(executionId: string): Promise<Instant | undefined> {
    await this.doors.quiet(() => this.deliver.isHalted);
    for (let mayGoOn = false; !this.deliver.isHalted;) {
      const claims = await this.claim(executionId);
      if (claims.length === 0) break;
      mayGoOn ||= await this.mayGoOn(claims);
      // No alarm: those inside are held until the sequence goes on, and then the sweep finds them.
      if (!mayGoOn) return undefined;
      await this.work(claims);
    }
    return (await this.store.executions.rest(executionId)) ?? undefined;
  }

  /** Gives the claims back when their sequence is paused. */
  private async mayGoOn(claims: readonly Claim[]): Promise<boolean> {
    const [first] = claims;
    const status = first && (await this.sequences.status(first.sending.sequenceId));
    if (status === "paused") await this.ledger.settle(claims.map((claim) => unchanged({ claim })));
    return status !== "paused";
  }

  private claim(executionId: string): Promise<Claim[]> {
    const now = this.clock.now();
    const leaseUntil = now + this.settings.lease;
    return this.store.sendings.claimDue({ executionId, now, leaseUntil, limit: batch, newId: () => this.ids.next() });
  }

  /** Walks every claim on; those that come to a message are sent, channel by channel side by side. */
  private async work(claims: readonly Claim[]): Promise<void> {
    const done: Settlement[] = [];
    const ready = new Map<string, Ready[]>();
    try {
      for (const claim of claims) {
        const next = await this.step(claim);
        if ("settlement" in next) done.push(next.settlement);
        else ready.set(next.ready.send.channel, [...(ready.get(next.ready.send.channel) ?? []), next.ready]);
      }
    } catch (cause) {
      await this.ledger.settle(claims.map((claim) => unchanged({ claim })));
      throw cause;
    }
    await allEnded([
      this.ledger.settle(done),
      ...[...ready].map(([channel, group]) => this.deliver.send(channel, group)),
    ]);
  }

  private async step(claim: Claim): Promise<{ settlement: Settlement } | { ready: Ready }> {
    const { sending, contact, entity, attemptId } = claim;
    const sequence = await this.sequences.runnable(sending.sequenceId, sending.sequenceVersion);
    const view = { sending, contact, entity, attemptId, now: this.clock.now() };
    const { position, notes, send } = walk(sequence, view, sending);
    if (!send) return { settlement: moved({ claim, position, notes }) };
    if (claim.suppressed) return { settlement: failed({ claim, position, notes }, "suppressed", null) };
    return { ready: { sequence, claim, view, position, notes, send } };
  }
}
