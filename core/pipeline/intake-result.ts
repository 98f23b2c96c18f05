import type { EntityUpdate, EventPlan, InboxEvent, IntakeResult } from "../contracts/inbox.js";
import type { Instant, JsonObject } from "../contracts/model.js";
import type { Command } from "../contracts/plugin.js";
import { moreTelling } from "../contracts/settled-as.js";
import type { Sources } from "../contracts/source.js";
import type { ExecuteCommand, LeftOutCommand } from "./event-plans.js";
import type { Translated } from "./translate.js";

type EntityCommand = Extract<Command, { do: "entity" }>;

/** What the store is told of one event. `planned`: what became of its execute commands. */
export function intakeResult(
  event: InboxEvent,
  lease: Instant,
  translated: Translated,
  planned: readonly (EventPlan | LeftOutCommand)[],
  sources: Pick<Sources, "exitsOn">,
  wholeRefundId: string,
): IntakeResult {
  const { commands, notes, retryAt } = translated;
  const entity = commands.find((one): one is EntityCommand => one.do === "entity");
  const leftOut = planned.filter((one): one is LeftOutCommand => "note" in one);
  const plans = planned.filter((one): one is EventPlan => "once" in one);
  return {
    eventId: event.id,
    lease,
    status: translated.status,
    reason: moreTelling(translated.reason, leftOut[0]?.reason ?? null),
    notes: [...notes, ...leftOut.map(({ note }) => note)],
    commands: commands as unknown as JsonObject[],
    entity: entity ? updateOf(entity) : null,
    plans,
    cancels: [...cancelled(event, commands), ...exits(event, translated, entity, sources)],
    redact: commands.flatMap((one) => (one.do === "redact" ? [one.email] : [])),
    retryAt,
    wholeRefundId,
  };
}

export function executesOf(commands: readonly Command[]): ExecuteCommand[] {
  return commands.filter((one): one is ExecuteCommand => one.do === "execute");
}

function updateOf({ reading, data, endedDelay }: EntityCommand): EntityUpdate {
  const { kind, id, aliases, status, version, updatedAt } = reading;
  const named = (name: string): string => `${kind}:${name}`;
  const booking = reading.kind === "booking" ? reading : undefined;
  const replaces = booking?.replaces ?? null;
  return {
    kind,
    key: named(id),
    aliases: aliases.map(named),
    replaces: replaces === null ? null : named(replaces),
    status,
    startsAt: booking?.startsAt ?? null,
    endsAt: booking?.endsAt ?? null,
    data,
    version: version ?? updatedAt,
    endedDelay,
  };
}

function cancelled({ source }: InboxEvent, commands: readonly Command[]): IntakeResult["cancels"] {
  return commands.flatMap((one) =>
    one.do === "cancel" ? [{ source, entity: one.entity, reason: "by_entity" as const, sequenceIds: null }] : [],
  );
}

/** Ends the runs of sequences that leave at such an event. */
function exits(
  { source }: InboxEvent,
  { words }: Translated,
  entity: EntityCommand | undefined,
  { exitsOn }: Pick<Sources, "exitsOn">,
): IntakeResult["cancels"] {
  const sequenceIds = [...new Set(words.flatMap((word) => exitsOn(word)))];
  if (!entity || sequenceIds.length === 0) return [];
  const { kind, id } = entity.reading;
  return [{ source, entity: `${kind}:${id}`, reason: "by_entity", sequenceIds }];
}
