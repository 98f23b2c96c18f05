import { Optional } from "@marcbachmann/cel-js";
import type { CelValue } from "../contracts/plugin.js";

/**
 * What an expression gave, as JSON with `Date`s: whole numbers of CEL as numbers, or as their digits where a number would lose some; an
 * empty optional is `undefined`, and is left out of lists and objects. Throws for what JSON has no word for.
 */
export function plainValue(value: unknown): CelValue | undefined {
  if (value === undefined || value === null) return value;
  if (value instanceof Optional) return value.hasValue() ? plainValue(value.value()) : undefined;
  if (value instanceof Date) return time(value);
  switch (typeof value) {
    case "boolean":
    case "string":
      return value;
    case "number":
      return finite(value);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "object":
      return composite(value);
    default:
      throw unfit();
  }
}

function composite(value: object): CelValue {
  if (Array.isArray(value)) return value.map(plainValue).filter((entry) => entry !== undefined);
  const plain: unknown = Object.getPrototypeOf(value);
  if (plain !== Object.prototype && plain !== null && !(value instanceof Map)) throw unfit();
  const entries = value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value);
  return Object.fromEntries(
    entries.flatMap(([key, inner]) => {
      const kept = plainValue(inner);
      return kept === undefined ? [] : [[String(key), kept] as const];
    }),
  );
}

function time(value: Date): Date {
  if (Number.isNaN(value.getTime())) throw new Error("The expression gives a time that does not exist");
  return value;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error("The expression gives a number without an end");
  return value;
}

function unfit(): Error {
  return new Error("The expression gives a value that JSON has no word for");
}
