import { Belief } from "../contracts/belief.js";
import type { Clock } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { Store } from "../contracts/store.js";
import { SWEEP, SWEEP_ID } from "./jobs.js";

/** How long another process may have paused a channel before this one notices. */
const belief = 250;

/** Which channels the store has paused, and until when this process need not ask. That one is paused is never taken for granted. */
export class Pauses {
  private readonly believed = new Belief<"ok">(belief);

  constructor(
    private readonly store: Store,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async holds(name: string): Promise<boolean> {
    const ask = async () => ((await this.store.channels.get(name)).state === "ok" ? ("ok" as const) : undefined);
    return (await this.believed.learn(name, this.clock.now(), ask)) === undefined;
  }

  /** If this cannot be written, the sending is parked all the same and the next sweep tries the channel again. */
  async pause(name: string, reason: string, probeAt: number | undefined): Promise<void> {
    this.believed.delete(name);
    this.log.error({ channel: name, reason }, "the channel is paused: its provider refuses us");
    try {
      await this.store.channels.pause(name, reason, probeAt ?? null, this.clock.now());
    } catch (cause) {
      this.log.error({ channel: name, error: cause as Error }, "the pause could not be written");
    }
  }

  /** Frees what is parked, and has it taken up at once. */
  async resume(name: string): Promise<void> {
    const now = this.clock.now();
    await this.store.channels.resume(name, now);
    await this.scheduler.schedule(SWEEP, SWEEP_ID, now);
  }
}
