import type { CelExpression, CelValue } from "../../core/contracts/plugin.js";
import { MappingFailed } from "../../core/contracts/errors.js";
import type { Instant, Json } from "../../core/contracts/model.js";

export type Values = Readonly<Record<string, unknown>>;

/** What a mapping gives as text: numbers as their digits; `null` for `null`, nothing and the empty text. Throws a sentence for the rest. */
export function mappedText(expression: CelExpression, values: Values): string | null {
  const value = expression.run(values) ?? null;
  if (value === null || value === "") return null;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new Error(`It gives ${kindOf(value)}, not a text`);
}

/** Throws a sentence for everything that is no time. */
export function mappedTime(expression: CelExpression, values: Values): Instant {
  const value = expression.run(values) ?? null;
  if (value instanceof Date) return value.getTime();
  throw new Error(`It gives ${kindOf(value)}, not a time`);
}

/** JSON with times as ISO 8601 text; `undefined` for an optional without a value. */
export function mappedJson(expression: CelExpression, values: Values): Json | undefined {
  const value = expression.run(values);
  return value === undefined ? undefined : jsonOf(value);
}

/** What must be had: `path` says which mapping it is. Throws `MappingFailed` for whatever `read` throws. */
export function required<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new MappingFailed(`\`${path}\` cannot be had: ${sentenceOf(cause)}`, { cause });
  }
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : "It fails";
}

function jsonOf(value: CelValue): Json {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((entry: CelValue) => jsonOf(entry));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonOf(inner)]));
}

function kindOf(value: CelValue): string {
  if (value === null) return "nothing";
  if (value instanceof Date) return "a time";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "a map" : `a ${typeof value}`;
}
