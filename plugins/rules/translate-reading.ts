import type { Connector, InboundEvent, PrivacyRequest, Reading } from "../../core/contracts/connector.js";
import type { Duration, JsonObject } from "../../core/contracts/model.js";
import type { Command, SourceHome, Translation } from "../../core/contracts/plugin.js";
import { isCalled } from "./events.js";
import type { PlaceTables } from "./places.js";
import type { PreparedRule } from "./prepared-rules.js";
import { runRules } from "./run-rules.js";

/** An event of a shop or a booking system, read. */
export interface ReadEvent {
  readonly event: InboundEvent;
  /** `null`: the event is about none. */
  readonly reading: Reading | null;
  /** The reading with what is known from earlier events: whom rules start, and with what. */
  readonly whole: Reading | null;
  /** What expressions see, by root. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly data: JsonObject;
  /** After the end; `null`: its end is not told by us. */
  readonly endedDelay: Duration | null;
}

/** What of the options every such event is translated with. */
export interface Translating extends PlaceTables {
  readonly cancelOn: readonly string[];
}

/**
 * Keeps the entity, ends what it started where the event says so, and runs the rules; an event that says whom to forget does that and
 * nothing else. Throws `MappingFailed`.
 */
export function translateReading(
  read: ReadEvent,
  rules: readonly PreparedRule[],
  connector: Connector,
  options: Translating,
  home: SourceHome,
): Translation {
  const { event, reading } = read;
  const asked = connector.privacy?.(event);
  const forgets = asked ? forgetting(asked) : [];
  if (forgets.length > 0) return { commands: forgets, reason: null, notes: notesOf(asked) };
  const name = options.cancelOn.find((one) => isCalled(event, one));
  const cancels = name !== undefined && !isMoved(event);
  const ran = rulesOver(read, rules, options, home);
  const commands: Command[] = [];
  if (reading) {
    commands.push({ do: "entity", reading, data: read.data, endedDelay: read.endedDelay });
    if (cancels) commands.push({ do: "cancel", entity: keyOf(reading), reason: name });
  }
  const lost = cancels && !reading ? ["`cancelOn`: the event does not say what it is about"] : [];
  const done = commands.some(({ do: what }) => what !== "entity");
  return {
    commands: [...commands, ...ran.commands],
    // Where the event has done something, no rule for it is nothing to tell.
    reason: ran.reason === "no_rule" && done ? null : ran.reason,
    notes: [...notesOf(asked), ...lost, ...ran.notes],
  };
}

function forgetting({ emails, entities }: PrivacyRequest): Command[] {
  return [
    ...emails.map((email): Command => ({ do: "redact", email })),
    ...entities.map((entity): Command => ({ do: "redactAbout", entity })),
  ];
}

function notesOf(asked: PrivacyRequest | undefined): string[] {
  return asked?.note ? [asked.note] : [];
}

/** The key of the entity that a reading is of, as `order:1001`. */
function keyOf({ kind, id }: Reading): string {
  return `${kind}:${id}`;
}

/** Some platforms tell a move by the topic that they cancel with: a booking that goes on elsewhere is not cancelled. */
function isMoved({ words }: InboundEvent): boolean {
  return words.includes("booking.moved");
}

function rulesOver(
  { event, whole: reading, values }: ReadEvent,
  rules: readonly PreparedRule[],
  options: Translating,
  home: SourceHome,
): Translation {
  const booking = reading?.kind === "booking" ? reading : null;
  return runRules(rules, {
    event,
    values,
    contact: {
      email: reading?.email ?? null,
      firstName: reading?.firstName ?? null,
      lastName: reading?.lastName ?? null,
      phone: reading?.phone ?? null,
      preferredLanguage: reading?.language ?? null,
      timeZone: booking?.timeZone ?? null,
    },
    consent: reading?.consent ?? null,
    entity: reading && keyOf(reading),
    locationId: reading?.locationId ?? null,
    staff: [reading?.staffId ?? null, booking?.staffEmail ?? null],
    tables: options,
    home,
  });
}
