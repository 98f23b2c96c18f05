import type { CelFields } from "../../core/contracts/plugin.js";
import type { JsonObject } from "../../core/contracts/model.js";

/**
 * The fields of a reading that expressions see, by their declared types: times as `Date`. Everything else of the reading, its ids for
 * the runtime, stays out.
 */
export function celValues(reading: object, fields: CelFields): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(reading));
  return Object.fromEntries(
    Object.entries(fields).map(([field, type]) => {
      const value = values.get(field) ?? null;
      return [field, type === "timestamp" && typeof value === "number" ? new Date(value) : value];
    }),
  );
}

/** The same as JSON, times as ISO 8601 text: what is kept of an entity, and `entity.data` in steps. */
export function keptData(reading: object, fields: CelFields): JsonObject {
  return JSON.parse(JSON.stringify(celValues(reading, fields))) as JsonObject;
}
