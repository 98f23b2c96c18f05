import { inject, injectable } from "tsyringe";
import { Belief } from "../contracts/belief.js";
import type { Clock } from "../contracts/clock.js";
import type { Duration } from "../contracts/model.js";
import type { LoadedSource, Sources, SourceStatus } from "../contracts/source.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, SOURCES, STORE } from "../tokens.js";

/** How long another process may have changed a source before this one notices. */
const belief: Duration = 250;

/** Whether sources take requests and work on events: what a person said last, else what their files say. */
@injectable()
export class SourceStates {
  private readonly believed = new Belief<SourceStatus>(belief);

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SOURCES) private readonly sources: Sources,
    @inject(CLOCK) private readonly clock: Clock,
  ) {}

  async of(source: LoadedSource): Promise<SourceStatus> {
    return this.believed.get(source.name, this.clock.now()) ?? this.asked(source);
  }

  /** As the store has it now: for whoever is not asked again when it was believed too long. */
  async asked({ name, status }: LoadedSource): Promise<SourceStatus> {
    const now = this.clock.now();
    const found = (await this.store.inbox.sourceState(this.sources.organization, name)) ?? status;
    this.believed.set(name, found, now);
    return found;
  }

  async set({ name }: LoadedSource, status: SourceStatus): Promise<void> {
    await this.store.inbox.setSourceState(this.sources.organization, name, status, this.clock.now());
    this.believed.delete(name);
  }
}
