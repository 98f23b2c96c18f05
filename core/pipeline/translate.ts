import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import type { InboundEvent, Reading } from "../contracts/connector.js";
import { Malformed, StoreUnavailable } from "../contracts/errors.js";
import type { Entity, InboxEvent } from "../contracts/inbox.js";
import type { Log } from "../contracts/log.js";
import type { Instant } from "../contracts/model.js";
import type { Command, EventReason } from "../contracts/plugin.js";
import type { LoadedSource, Sources } from "../contracts/source.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, IDS, LOG, SOURCES, STORE } from "../tokens.js";
import { backoff } from "./backoff.js";
import { asksForKnown, withKnown } from "./known-entity.js";
import { bookingData, endedDelayOf, isTold, readEvent, toldBooking } from "./read-event.js";
import { asLast, refundOf, withRefund } from "./whole-refund.js";

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

  /** The event as it is read and, where that is needed, completed at its platform; or why it cannot be. Asks for nothing else. */
  async read(event: InboxEvent, source: LoadedSource): Promise<InboundEvent | Error> {
    try {
      const read = readEvent(event, source);
      const { connector, name } = source;
      if (!connector.fetch || isTold(event) || this.isTrial(read, source)) return read;
      return await connector.fetch(read, this.sources.http(name));
    } catch (cause) {
      return cause instanceof Error ? cause : new Malformed("The event cannot be read", { cause });
    }
  }

  /** `read`: as above. What goes wrong is what became of the event; rejects only with `StoreUnavailable`. */
  async run(event: InboxEvent, source: LoadedSource, read: InboundEvent | Error): Promise<Translated> {
    try {
      if (read instanceof Error) throw read;
      if (this.isTrial(read, source)) return ignored("test_event");
      return await (isTold(event) ? this.ended(event, read, source) : this.meaning(event, read, source));
    } catch (cause) {
      if (cause instanceof StoreUnavailable) throw cause;
      return this.failure(event, cause as Error);
    }
  }

  private isTrial({ trial }: InboundEvent, { plugin, options }: LoadedSource): boolean {
    return trial === "sample" || (trial === "test" && !(plugin.testMode?.(options) ?? false));
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
    const { connector, plugin, options, home } = source;
    const reading = connector.reading?.(read);
    const known = reading && asksForKnown(read, reading) ? await this.known(event, reading) : undefined;
    const refund = refundOf(read, reading, known, event.replayOf ?? event.id);
    const told = withKnown(asLast(read, refund), reading, known);
    const { commands: meant, reason, notes } = plugin.translate(told, options, home);
    const commands = await this.named(event, withRefund(meant, refund));
    const { words } = told;
    const isOld = event.replayOf === null && this.isTooOld(event, read, plugin.maxAge?.(options));
    const kept = isOld ? commands.filter((one) => one.do !== "execute") : commands;
    if (kept.length < commands.length) return { ...processed, reason: "too_old", notes, commands: kept, words };
    if (kept.length === 0) return { ...ignored(reason ?? "no_rule"), notes, words };
    return { ...processed, reason, notes, commands: kept, words };
  }

  private known({ organization, source }: InboxEvent, { kind, id }: Reading): Promise<Entity | undefined> {
    return this.store.inbox.entity(organization, source, `${kind}:${id}`);
  }

  /** With the people whom entities name in the places of those entities. */
  private async named({ organization, source }: InboxEvent, commands: readonly Command[]): Promise<readonly Command[]> {
    const named = await Promise.all(
      commands.map(async (one): Promise<Command[]> => {
        if (one.do !== "redactAbout") return [one];
        const email = (await this.store.inbox.entity(organization, source, one.entity))?.data["email"];
        return typeof email === "string" ? [{ do: "redact", email }] : [];
      }),
    );
    return named.flat();
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
