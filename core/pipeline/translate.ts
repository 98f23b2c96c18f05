import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { InboundEvent } from "../contracts/connector.js";
import { StoreUnavailable } from "../contracts/errors.js";
import type { InboxEvent } from "../contracts/inbox.js";
import type { Log } from "../contracts/log.js";
import type { Instant } from "../contracts/model.js";
import type { Command, EventReason } from "../contracts/plugin.js";
import type { LoadedSource, Sources } from "../contracts/source.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, IDS, LOG, SOURCES, STORE } from "../tokens.js";
import { backoff } from "./backoff.js";
import { bookingData, endedDelayOf, isTold, readEvent, toldBooking } from "./read-event.js";
import { asLast, refundOf, tellsRefund, withRefund, type Refund } from "./whole-refund.js";

/** After so many failures to ask a platform an event is given up: some two hours, more where it puts us off. */
const mostFailures = 20;

/** What an event comes to here, before anything is written. */
export interface Translated {
  status: "processed" | "ignored" | "dead" | "received";
  reason: EventReason | null;
  notes: readonly string[];
  commands: readonly Command[];
  words: InboundEvent["words"];
  /** Only with `received`. */
  retryAt: Instant | null;
}

/** Reads a kept event, completes it at its platform where that is needed, and asks the plugin what it means. */
@injectable()
export class Translate {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SOURCES) private readonly sources: Sources,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(LOG) private readonly log: Log,
  ) {}

  /** What goes wrong is what became of the event; rejects only with `StoreUnavailable`. */
  async run(event: InboxEvent, source: LoadedSource): Promise<Translated> {
    try {
      const read = readEvent(event, source);
      if (this.isTrial(read, source)) return ignored("test_event");
      if (isTold(event)) return await this.ended(event, read, source);
      return await this.meaning(event, await this.complete(read, source), source);
    } catch (cause) {
      if (cause instanceof StoreUnavailable) throw cause;
      return this.failure(event, cause as Error);
    }
  }

  private isTrial({ trial }: InboundEvent, { plugin, options }: LoadedSource): boolean {
    return trial === "sample" || (trial === "test" && !(plugin.testMode?.(options) ?? false));
  }

  private async complete(event: InboundEvent, { connector, name }: LoadedSource): Promise<InboundEvent> {
    return connector.fetch ? connector.fetch(event, this.sources.http(name)) : event;
  }

  /** Where the platform can be asked, it is: the cancellation may have been missed, or the booking moved. */
  private async ended(event: InboxEvent, read: InboundEvent, source: LoadedSource): Promise<Translated> {
    const { connector, name } = source;
    if (!connector.again || !connector.api) return this.meaning(event, read, source);
    const known = toldBooking(read);
    const booking = await connector.again(known, this.sources.http(name));
    const isOver = booking.status === "cancelled" || booking.status === "noShow";
    if (!isOver && booking.endsAt === known.endsAt) return this.meaning(event, read, source);
    const entity = `booking:${known.id}`;
    const endedDelay = isOver ? null : endedDelayOf(event);
    const data = { ...(read.payload as object), ...bookingData(booking) };
    const commands: Command[] = [{ do: "entity", reading: booking, data, endedDelay }];
    if (isOver) commands.push({ do: "cancel", entity, reason: `booking.${booking.status}` });
    return {
      ...processed,
      reason: "stale",
      notes: [
        isOver
          ? `The platform says that the booking is ${booking.status}`
          : "The platform says that the booking was moved",
      ],
      commands,
    };
  }

  private async meaning(event: InboxEvent, read: InboundEvent, source: LoadedSource): Promise<Translated> {
    const { plugin, options, home } = source;
    const refund = await this.refund(event, read, source);
    const told = asLast(read, refund);
    const { commands: meant, reason, notes } = plugin.translate(told, options, home);
    const commands = withRefund(meant, refund);
    const { words } = told;
    const isOld = event.replayOf === null && this.isTooOld(event, read, plugin.maxAge?.(options));
    const kept = isOld ? commands.filter((one) => one.do !== "execute") : commands;
    if (kept.length < commands.length) return { ...processed, reason: "too_old", notes, commands: kept, words };
    if (kept.length === 0) return { ...ignored(reason ?? "no_rule"), notes, words };
    return { ...processed, reason, notes, commands: kept, words };
  }

  private async refund(
    event: InboxEvent,
    read: InboundEvent,
    { connector }: LoadedSource,
  ): Promise<Refund | undefined> {
    const reading = connector.reading?.(read);
    if (!tellsRefund(reading)) return undefined;
    const { organization, source, replayOf, id } = event;
    const known = await this.store.inbox.entity(organization, source, `order:${reading.id}`);
    return refundOf(read, reading, known, replayOf ?? id);
  }

  private isTooOld(event: InboxEvent, read: InboundEvent, maxAge: number | undefined): boolean {
    return maxAge !== undefined && this.clock.now() - (read.occurredAt ?? event.receivedAt) > maxAge;
  }

  /** Errors are known by their names: a plugin's package may bring its own copy of the contracts. */
  private failure({ id, source, failures }: InboxEvent, cause: Error): Translated {
    const notes = [said(cause)];
    switch (cause.name) {
      case "Gone":
        return { ...ignored("gone"), notes };
      case "PlatformAway": {
        if (failures + 1 >= mostFailures) return { ...dead("fetch_failed"), notes };
        const { retryAt } = cause as Error & { retryAt?: Instant | null };
        const at = this.clock.now() + backoff(failures, this.ids.chance());
        return { ...processed, status: "received", reason: "fetch_failed", notes, retryAt: Math.max(at, retryAt ?? 0) };
      }
      case "PlatformRefused":
        return { ...dead("fetch_failed"), notes };
      case "MappingFailed":
        return { ...dead("mapping_error"), notes };
      default:
        this.log.error({ event: id, source, error: cause }, "an event could not be translated");
        return { ...dead("mapping_error"), notes: [`The event could not be translated (${cause.name})`] };
    }
  }
}

const processed: Translated = {
  status: "processed",
  reason: null,
  notes: [],
  commands: [],
  words: [],
  retryAt: null,
};

function ignored(reason: EventReason): Translated {
  return { ...processed, status: "ignored", reason };
}

function dead(reason: EventReason): Translated {
  return { ...processed, status: "dead", reason };
}

function said({ message }: Error): string {
  return message;
}
