import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Instant } from "../contracts/model.js";
import type { Job, Scheduler } from "../contracts/scheduler.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, IDS, SCHEDULER, STORE } from "../tokens.js";
import { INTAKE } from "./jobs.js";
import { endedEvent } from "./read-event.js";

const page = 100;

/** Makes the events `booking.ended`, for the platforms that have none. They go the way of all events. */
@injectable()
export class Ended implements Job {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
  ) {}

  async run(): Promise<Instant | undefined> {
    const now = this.clock.now();
    const sources = new Set<string>();
    for (;;) {
      const due = await this.store.inbox.ended(now, page);
      const told = await Promise.all(
        due.map((entity) => this.store.inbox.tellEnded(entity, endedEvent(entity, this.ids.next(), now))),
      );
      due.forEach(({ source }) => sources.add(source));
      if (due.length < page || !told.includes(true)) break;
    }
    await Promise.all([...sources].map((name) => this.scheduler.schedule(INTAKE, name, now)));
    const [next] = await this.store.inbox.ended(Number.MAX_SAFE_INTEGER, 1);
    return next?.endedDueAt ?? undefined;
  }
}
