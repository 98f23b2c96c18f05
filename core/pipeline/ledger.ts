import { inject, injectable } from "tsyringe";
import type { Clock } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Settlement, Store } from "../contracts/store.js";
import { CLOCK, LOG, STORE } from "../tokens.js";

/** Executions wait for this: as soon as the store is back they go on. */
const pause = 1_000;
/** Of so many failures in a row, one is logged. */
const toldEvery = 60;

/**
 * Writes how claims ended. Settlements that come while a write is under way are written together by the next one; a write that fails is
 * tried again for as long as the process lives, since only this process knows how those calls ended.
 */
@injectable()
export class Ledger {
  private waiting: Settlement[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(LOG) private readonly log: Log,
  ) {}

  /** Resolves when all of `settlements` are durable. */
  async settle(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length === 0) return;
    this.waiting.push(...settlements);
    // The write under way does not hold them; the one after it does.
    await this.writing;
    await (this.writing ??= this.write());
  }

  private async write(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    for (let failures = 0; ; failures++) {
      try {
        await this.store.attempts.settle(batch, this.clock.now());
        break;
      } catch (cause) {
        const fields = { settlements: batch.length, failures, error: cause as Error };
        if (failures % toldEvery === 0) this.log.error(fields, "settlements could not be written; trying again");
        await this.clock.wait(pause);
      }
    }
    this.writing = undefined;
  }
}
