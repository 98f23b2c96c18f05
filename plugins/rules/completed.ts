import type { Reading } from "../../core/contracts/connector.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import type { CelFields } from "../../core/contracts/plugin.js";

/**
 * The reading with what is known from earlier events where this one says nothing: refunds, parcels, cancellations and no-shows may name
 * their order or booking and no more. What it is called stays its own.
 */
export function completed<R extends Reading>(reading: R, known: JsonObject | undefined, fields: CelFields): R {
  if (!known) return reading;
  const said = new Map<string, unknown>(Object.entries(reading));
  const filled = Object.entries(fields).flatMap(([field, type]) => {
    const value = known[field] ?? null;
    return field === "id" || value === null || !saysNothing(said.get(field))
      ? []
      : [[field, read(value, type)] as const];
  });
  return { ...reading, ...Object.fromEntries(filled) };
}

function saysNothing(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function read(value: Json, type: CelFields[string]): Json {
  return type === "timestamp" && typeof value === "string" ? Date.parse(value) : value;
}
