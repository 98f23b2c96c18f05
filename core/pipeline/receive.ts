import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { InboundEvent, WebhookAnswer, WebhookRequest } from "../contracts/connector.js";
import type { NewEvent, RefusedRequest } from "../contracts/inbox.js";
import type { Log } from "../contracts/log.js";
import type { Instant } from "../contracts/model.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { LoadedSource, Sources } from "../contracts/source.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, IDS, LOG, SCHEDULER, SOURCES, STORE } from "../tokens.js";
import { Doors } from "./doors.js";
import { keptHeaders, keptQuery } from "./kept-request.js";
import { INTAKE } from "./jobs.js";
import { SourceStates } from "./source-states.js";

/** Of each source so many refused requests are kept a minute: nobody fills the disk by knocking. */
const refusedAMinute = 30;

const received: WebhookAnswer = { status: 200, body: '{"received":true}' };
const stopped: WebhookAnswer = { status: 503, headers: { "retry-after": "300" }, body: '{"error":"stopped"}' };

/** The door of the sources: proves who sends, keeps the event, and answers. What it means is for the intake. */
@injectable()
export class Receive {
  private readonly refusals = new Map<string, { minute: number; count: number }>();
  /** The sources whose alarm is being set, and whether more came since that began. */
  private readonly ringing = new Map<string, boolean>();

  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SCHEDULER) private readonly scheduler: Scheduler,
    @inject(SOURCES) private readonly sources: Sources,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(LOG) private readonly log: Log,
    @inject(SourceStates) private readonly states: SourceStates,
    @inject(Doors) private readonly doors: Doors,
  ) {}

  /** `remote`: the address of the peer. Throws `StoreUnavailable` when nothing can be kept; the platform then tries again. */
  run(source: LoadedSource, request: WebhookRequest, remote: string): Promise<WebhookAnswer> {
    return this.doors.answer(() => this.answer(source, request, remote));
  }

  /** Keeps that a request was not let in, and answers it. */
  async refused(
    source: LoadedSource,
    request: Pick<WebhookRequest, "headers" | "receivedAt">,
    remote: string,
    reason: RefusedRequest["reason"],
  ): Promise<WebhookAnswer> {
    const { name } = source;
    if (this.mayKeep(name, request.receivedAt)) {
      await this.store.inbox.refuse({
        id: this.ids.next(),
        organization: this.sources.organization,
        source: name,
        at: request.receivedAt,
        reason,
        remote,
        headers: keptHeaders(request.headers, source),
      });
    }
    return { status: statusOf[reason], body: JSON.stringify({ error: reason }) };
  }

  private async answer(source: LoadedSource, request: WebhookRequest, remote: string): Promise<WebhookAnswer> {
    const status = await this.states.of(source);
    if (status === "stopped") return stopped;
    const handshake = source.connector.handshake?.(request);
    if (handshake) return handshake;
    let events: readonly InboundEvent[];
    try {
      // One from elsewhere may be asynchronous, whatever its type says: unheard, it would let everybody in.
      await Promise.resolve(source.connector.verify(request) as unknown);
      events = source.connector.receive(request);
    } catch (cause) {
      return this.refused(source, request, remote, reasonOf(cause));
    }
    await this.keep(source, request, events);
    if (status === "running" && events.length > 0) this.ring(source.name);
    return received;
  }

  private async keep(source: LoadedSource, request: WebhookRequest, events: readonly InboundEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { name } = source;
    const headers = keptHeaders(request.headers, source);
    const query = keptQuery(request.url, source);
    const rows = events.map((event): NewEvent => {
      const id = this.ids.next();
      return {
        id,
        organization: this.sources.organization,
        source: name,
        // One without an id is a new event each time.
        deliveryId: event.id === "" ? `request:${id}` : event.id,
        type: event.type,
        occurredAt: event.occurredAt,
        receivedAt: request.receivedAt,
        headers,
        query,
        body: event.body === undefined ? request.body : new TextEncoder().encode(event.body),
        replayOf: null,
        dueAt: request.receivedAt,
      };
    });
    await this.store.inbox.accept(rows);
  }

  /**
   * The events are kept by now: without this alarm they wait for the sweep, so that no answer waits for it. What comes while it is being
   * set shares the next one.
   */
  private ring(name: string): void {
    if (this.ringing.has(name)) this.ringing.set(name, true);
    else void this.setAlarm(name);
  }

  private async setAlarm(name: string): Promise<void> {
    do {
      this.ringing.set(name, false);
      try {
        await this.scheduler.schedule(INTAKE, name, this.clock.now());
      } catch (cause) {
        this.log.warn({ source: name, error: cause as Error }, "the alarm could not be set; the sweep will");
      }
    } while (this.ringing.get(name));
    this.ringing.delete(name);
  }

  private mayKeep(name: string, at: Instant): boolean {
    const minute = Math.floor(at / 60_000);
    const known = this.refusals.get(name);
    const count = known?.minute === minute ? known.count + 1 : 1;
    this.refusals.set(name, { minute, count });
    return count <= refusedAMinute;
  }
}

const statusOf: Readonly<Record<RefusedRequest["reason"], number>> = {
  missing_signature: 401,
  bad_signature: 401,
  stale: 401,
  malformed: 400,
  too_large: 413,
};

/** By name: a connector from another package may bring errors of its own copy of the contracts. What else is thrown is no request we can read. */
function reasonOf(cause: unknown): RefusedRequest["reason"] {
  const { name, reason } = (cause ?? {}) as { name?: string; reason?: RefusedRequest["reason"] };
  return name === "Unauthorized" && reason !== undefined && Object.hasOwn(statusOf, reason) ? reason : "malformed";
}
