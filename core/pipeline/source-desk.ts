import { inject, injectable } from "tsyringe";
import type { Clock } from "../contracts/clock.js";
import { Refusal } from "../contracts/errors.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { LoadedSource, Sources, SourceStatus } from "../contracts/source.js";
import type { SourceView } from "../contracts/source-verbs.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, SCHEDULER, SOURCES, STORE } from "../tokens.js";
import { INTAKE } from "./jobs.js";
import { SourceStates } from "./source-states.js";

/** What a person sees of the sources, and does to them. */
@injectable()
export class SourceDesk {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(SOURCES) private readonly sources: Sources,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(SourceStates) private readonly states: SourceStates,
  ) {}

  async list(organization: string): Promise<SourceView[]> {
    if (organization !== this.sources.organization) return [];
    return Promise.all(this.sources.all.map((source) => this.view(source)));
  }

  async get(organization: string, name: string): Promise<SourceView> {
    return this.view(this.find(organization, name));
  }

  /** What came while the source was paused is worked on as soon as it runs. */
  async setStatus(organization: string, name: string, status: SourceStatus): Promise<SourceView> {
    const source = this.find(organization, name);
    await this.states.set(source, status);
    if (status === "running") await this.scheduler.schedule(INTAKE, name, this.clock.now());
    return this.view(source);
  }

  private find(organization: string, name: string): LoadedSource {
    const source = organization === this.sources.organization ? this.sources.get(name) : undefined;
    if (!source) throw new Refusal("NOT_FOUND", "There is no such source");
    return source;
  }

  private async view(source: LoadedSource): Promise<SourceView> {
    const { name, use, connectorName } = source;
    const [status, counts] = await Promise.all([
      this.states.of(source),
      this.store.inbox.counts(this.sources.organization, name),
    ]);
    return { name, use, connector: connectorName, status, counts };
  }
}
