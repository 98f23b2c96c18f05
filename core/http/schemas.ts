import Joi from "joi";
import { invalid } from "../contracts/errors.js";
import type { Instant, Json } from "../contracts/model.js";

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/i;
const LANGUAGE = /^[a-z]{2,8}(?:[-_][a-z0-9]{1,8})*$/i;
const LONGEST_TEXT = 1_000;
const MOST_TAGS = 1_000;
/** Characters of an object that callers fill as they like, as JSON. */
const LARGEST_OBJECT = 64 * 1024;
/** A body can hold far more problems than anybody reads. */
const MOST_PROBLEMS = 1_000;

const common: Joi.ValidationOptions = {
  abortEarly: false,
  errors: { label: false },
  messages: {
    "object.unknown": "is not a known field",
    "string.pattern.name": "must be {#name}",
    "any.custom": "{#error.message}",
    "any.invalid": "must be {#what}",
  },
};
const strict: Joi.ValidationOptions = { ...common, convert: false };

export function isUuid(text: unknown): text is string {
  return typeof text === "string" && UUID.test(text);
}

type Keys<T> = Partial<Record<keyof T, Joi.Schema>>;

/** An object in a body: nothing is converted, unknown keys are refused. */
export function body<T extends object>(keys: Keys<T>): Joi.ObjectSchema<T> {
  const schema: Joi.ObjectSchema<T> = Joi.object(keys);
  return schema.required().prefs(strict);
}

/** The filters of a list: text that is converted, unknown keys are refused. */
export function query<T extends object>(keys: Keys<T>): Joi.ObjectSchema<T> {
  const schema: Joi.ObjectSchema<T> = Joi.object(keys);
  return schema.prefs(common);
}

/** `value` as `schema` reads it, or a 400 that lists every bad field. `root` names the value itself. */
export function checked<T>(schema: Joi.ObjectSchema<T>, value: unknown, root: string): T {
  const result = schema.validate(value);
  if (!result.error) return result.value;
  const fields = result.error.details
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => ({ path: pathText(path) || root, message }));
  throw invalid(fields);
}

/** `contacts[0].email` */
function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** In lower case. */
export const uuid = Joi.string().custom((text: string, helpers) => {
  return UUID.test(text) ? text.toLowerCase() : helpers.error("any.invalid", { what: "a UUID" });
});

/** ISO 8601 with a zone, as an `Instant`. */
export const time = Joi.string().custom((text: string, helpers) => {
  // A plus sign in a query that nobody encoded comes as a space.
  const at = instant(text.replace(" ", "+"));
  return at ?? helpers.error("any.invalid", { what: "an ISO 8601 time with a zone, as 2026-02-10T10:30:00.000Z" });
});

/** A filter; an empty one is left out. */
export const filter = Joi.string().empty("").max(LONGEST_TEXT);

/** Must not be empty. */
export const words = Joi.string().max(LONGEST_TEXT);

const text = words.allow("", null);

/** Any JSON object of at most 64 KiB. */
export const freeObject = Joi.object()
  .unknown()
  .custom((value: Json, helpers) => {
    return JSON.stringify(value).length <= LARGEST_OBJECT
      ? value
      : helpers.error("any.invalid", { what: "at most 64 KiB of JSON" });
  });

/** What every way in may say of a person; `null` clears. */
export const person = {
  firstName: text,
  lastName: text,
  phone: text,
  title: text,
  preferredLanguage: text.pattern(LANGUAGE, "a language, as en or pt-BR"),
  timeZone: text.custom((name: string, helpers) => {
    return isTimeZone(name) ? name : helpers.error("any.invalid", { what: "an IANA time zone, as Europe/Berlin" });
  }),
  customFields: freeObject.allow(null),
  tags: Joi.array().items(Joi.string().max(LONGEST_TEXT)).max(MOST_TAGS).allow(null),
};

/**
 * What a body says of a person: empty texts say nothing, and neither do the `silent` fields when they are `null`. Joi could do this
 * with `empty`, at three times the cost of all its other checks.
 */
export function said<T extends object>(fields: T, silent: ReadonlySet<string> = new Set()): T {
  const heard = ([name, value]: [string, unknown]): boolean => {
    return value === "" ? name === "email" : value !== null || !silent.has(name);
  };
  const entries = Object.entries(fields);
  return entries.every(heard) ? fields : (Object.fromEntries(entries.filter(heard)) as T);
}

function instant(text: string): Instant | undefined {
  const day = TIME.exec(text)?.[1];
  const at = day === undefined ? NaN : Date.parse(text);
  // JavaScript reads the 30th of February as the 2nd of March.
  if (Number.isNaN(at) || new Date(`${day}T00:00Z`).toISOString().slice(0, 10) !== day) return undefined;
  return at;
}

const zones = new Set<string>();

function isTimeZone(name: string): boolean {
  if (zones.has(name)) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    return false;
  }
  if (!/^[a-z]/i.test(name)) return false;
  if (zones.size < 1_000) zones.add(name);
  return true;
}
