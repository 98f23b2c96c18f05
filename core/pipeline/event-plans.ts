import { inject, injectable } from "tsyringe";
import type { PlannedPerson } from "../contracts/accept.js";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Directory } from "../contracts/directory.js";
import type { InboundEvent } from "../contracts/connector.js";
import { Refusal } from "../contracts/errors.js";
import type { EventPlan, InboxEvent } from "../contracts/inbox.js";
import type { Normalizer } from "../contracts/people.js";
import type { Command, CommandContact, EventReason } from "../contracts/plugin.js";
import type { ContactFields } from "../contracts/rules.js";
import type { Sequences } from "../contracts/step.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, DIRECTORY, IDS, NORMALIZER, SEQUENCES, STORE } from "../tokens.js";
import { startable } from "./startable.js";
import { arrive } from "./walk.js";

/** An order or a booking that was told so has no runs of its own any more, but for the rules of this very event. */
const over: ReadonlySet<string> = new Set(["order.cancelled", "order.refunded", "booking.cancelled", "booking.noShow"]);

export type ExecuteCommand = Extract<Command, { do: "execute" }>;

/** Why a command starts nobody. `note` names no person. */
export interface LeftOutCommand {
  reason: EventReason;
  note: string;
}

/** Makes the execute commands of events into plans that the store can accept. */
@injectable()
export class EventPlans {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SEQUENCES) private readonly sequences: Sequences,
    @inject(DIRECTORY) private readonly directory: Directory,
    @inject(NORMALIZER) private readonly normalizer: Normalizer,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
  ) {}

  async of(
    event: InboxEvent,
    command: ExecuteCommand,
    words: InboundEvent["words"],
  ): Promise<EventPlan | LeftOutCommand> {
    const { organization, source } = event;
    const { rule, entity } = command;
    const leftOut = (reason: EventReason, why: string): LeftOutCommand => ({
      reason,
      note: `Rule ${rule} started nobody: ${why}`,
    });
    const sequence = await this.store.sequences.find(organization, command.sequence);
    if (!sequence) return leftOut("sequence_refused", `there is no sequence ${command.sequence}`);
    if (command.consent === false && sequence.purpose === "marketing") {
      return leftOut("no_consent", "the person has said no to marketing");
    }
    const person = this.person(command);
    if (!person) return leftOut("bad_address", "the address cannot be one");
    try {
      const runnable = await startable(this.sequences, sequence, entity);
      const now = this.clock.now();
      const startAt = Math.max(command.startAt ?? now, now);
      return {
        execution: {
          id: this.ids.next(),
          organization,
          sequenceId: sequence.id,
          sequenceVersion: sequence.version,
          source,
          eventId: event.id,
          entity,
          startAt,
          createdAt: now,
        },
        purpose: runnable.purpose,
        reentry: runnable.reentry,
        start: arrive(runnable, 0, startAt),
        people: [person],
        dryRun: false,
        answer: () => "",
        once: { source, rule, entity: entity ?? itself(event) },
        evenIfOver: words.some((word) => over.has(word)),
      };
    } catch (cause) {
      if (cause instanceof Refusal) return leftOut("sequence_refused", cause.message);
      throw cause;
    }
  }

  private person({ contact, context, location, employee }: ExecuteCommand): PlannedPerson | undefined {
    const email = this.normalizer.email(contact.email);
    if (email === undefined) return undefined;
    const place = location === null ? undefined : this.directory.locations.find(({ key }) => key === location);
    const staff = employee === null ? undefined : this.directory.employees.find(({ key }) => key === employee);
    return {
      contactId: this.ids.next(),
      sendingId: this.ids.next(),
      email,
      fields: this.fields(contact, place?.country ?? null),
      locationId: place?.id ?? null,
      employeeId: staff?.id ?? null,
      context,
    };
  }

  private fields({ email: _, phone, ...fields }: CommandContact, country: string | null): ContactFields {
    return { ...fields, ...(phone === undefined ? {} : { phone: this.normalizer.phone(phone, country) }) };
  }
}

/** Where a rule names nothing, each event is another matter: a person may send a form twice. A replay is the same one. */
function itself({ id, replayOf }: InboxEvent): string {
  return `event:${replayOf ?? id}`;
}
