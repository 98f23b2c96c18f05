import type { InboundEvent } from "../../core/contracts/connector.js";
import type { JsonObject } from "../../core/contracts/model.js";
import type { Command, CommandContact, EventReason, SourceHome, Translation } from "../../core/contracts/plugin.js";
import { MappingFailed } from "../../core/contracts/errors.js";
import { isCalled } from "./events.js";
import { mappedJson, mappedText, mappedTime, required, sentenceOf, type Values } from "./mapped.js";
import { employeeFor, locationFor, type Found, type PlaceTables } from "./places.js";
import type { PreparedRule } from "./prepared-rules.js";

/** What the rules are run with: the event, and what holds where a rule maps nothing. */
export interface Occasion {
  readonly event: InboundEvent;
  readonly values: Values;
  readonly contact: Partial<Record<keyof CommandContact, string | null>>;
  readonly consent: boolean | null;
  readonly entity: string | null;
  readonly locationId: string | null;
  /** Ids and addresses of who did it, the best first. */
  readonly staff: readonly (string | null)[];
  readonly tables: PlaceTables;
  readonly home: SourceHome;
}

type Execute = Extract<Command, { do: "execute" }>;
type Ran = { command: Execute; notes: string[] } | { left: LeftOut; notes: string[] };

/** Of several rules that were left out, the reason that comes first here is told. */
const LEFT_OUT = ["condition_error", "no_email", "condition_false"] as const satisfies readonly EventReason[];
type LeftOut = (typeof LEFT_OUT)[number];

/** Runs every rule that the event's name matches. Throws `MappingFailed`. */
export function runRules(rules: readonly PreparedRule[], occasion: Occasion): Translation {
  const matching = rules.filter(({ event }) => isCalled(occasion.event, event));
  if (matching.length === 0) return { commands: [], reason: "no_rule", notes: [] };
  const ran = matching.map((rule) => run(rule, occasion));
  const left = new Set(ran.flatMap((one) => ("left" in one ? [one.left] : [])));
  return {
    commands: ran.flatMap((one) => ("command" in one ? [one.command] : [])),
    reason: LEFT_OUT.find((reason) => left.has(reason)) ?? null,
    notes: ran.flatMap(({ notes }) => notes),
  };
}

function run(rule: PreparedRule, occasion: Occasion): Ran {
  const notes: string[] = [];
  const note = (text: string) => void notes.push(`${rule.label}: ${text}`);
  const refused = condition(rule, occasion.values);
  if (refused) {
    note(refused.note);
    return { left: refused.left, notes };
  }
  const email = emailOf(rule, occasion);
  if (email === null) {
    note("nobody to write to: there is no email address");
    return { left: "no_email", notes };
  }
  return {
    command: {
      do: "execute",
      rule: rule.name,
      sequence: rule.execute,
      contact: contactOf(rule, email, occasion, note),
      context: contextOf(rule, occasion.values, note),
      entity: entityOf(rule, occasion),
      location: place(rule, "location", occasion, note),
      employee: place(rule, "employee", occasion, note),
      startAt: startOf(rule, occasion),
      consent: occasion.consent,
    },
    notes,
  };
}

function condition({ when }: PreparedRule, values: Values): { left: LeftOut; note: string } | undefined {
  try {
    const holds = when ? when.run(values) : true;
    if (holds === true) return undefined;
    if (holds === false) return { left: "condition_false", note: "`when` does not hold" };
    return { left: "condition_error", note: "`when` gives neither true nor false" };
  } catch (error) {
    return { left: "condition_error", note: `\`when\` cannot be told: ${sentenceOf(error)}` };
  }
}

function emailOf({ contact, label }: PreparedRule, { values, contact: known }: Occasion): string | null {
  const mapping = contact.find(([field]) => field === "email")?.[1];
  const email = mapping ? required(`${label}.contact.email`, () => mappedText(mapping, values)) : known.email;
  return email?.trim() || null;
}

/** A field that is mapped is taken from nowhere else, also when the mapping gives nothing. */
function contactOf(
  { contact: mapped }: PreparedRule,
  email: string,
  { contact: known, values }: Occasion,
  note: (text: string) => void,
): CommandContact {
  const fields = new Map(Object.entries({ ...known, email }));
  for (const [field, expression] of mapped) {
    if (field !== "email")
      fields.set(field, optional(`contact.${field}`, () => mappedText(expression, values), note) ?? null);
  }
  const given = [...fields].filter(([, value]) => value !== null);
  return { ...(Object.fromEntries(given) as Omit<CommandContact, "email">), email };
}

function contextOf({ context }: PreparedRule, values: Values, note: (text: string) => void): JsonObject {
  return Object.fromEntries(
    context.flatMap(([key, expression]) => {
      const value = optional(`context.${key}`, () => mappedJson(expression, values), note);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function entityOf({ entity, label }: PreparedRule, { values, entity: known }: Occasion): string | null {
  if (!entity) return known;
  return required(`${label}.entity`, () => {
    const key = mappedText(entity, values);
    if (key === null) throw new Error("It gives nothing");
    return key;
  });
}

function place(
  rule: PreparedRule,
  what: "location" | "employee",
  { values, locationId, staff, tables, home }: Occasion,
  note: (text: string) => void,
): string | null {
  const mapping = rule[what];
  const named = mapping && [optional(what, () => mappedText(mapping, values), note) ?? null];
  const result: Found =
    what === "location"
      ? locationFor(named ? (named[0] ?? null) : locationId, tables, home)
      : employeeFor(named ?? staff, tables, home);
  if (result.note !== null) note(result.note);
  return result.key;
}

/** `delay` counts from `startAt`, else from when it happened, else from when it came. */
function startOf({ startAt, delay = 0, label }: PreparedRule, { event, values }: Occasion): number | null {
  if (startAt) return required(`${label}.startAt`, () => mappedTime(startAt, values)) + delay;
  if (delay === 0) return null;
  const from = event.occurredAt ?? event.receivedAt;
  if (from === undefined) throw new MappingFailed(`\`${label}.delay\` has no time to count from`);
  return from + delay;
}

function optional<T>(path: string, read: () => T, note: (text: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    note(`\`${path}\` is left out: ${sentenceOf(error)}`);
    return undefined;
  }
}
