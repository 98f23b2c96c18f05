import Joi from "joi";
import { parseDuration } from "../contracts/duration.js";
import { textRead } from "./schema.js";

const KEY = /^[a-z0-9][a-z0-9-]*$/;

export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** A text that names a thing in addresses and in other files. */
export const key = textRead(
  (text) => (KEY.test(text) ? text : undefined),
  "bad-value",
  "must be lower-case letters, digits and hyphens\nFor example berlin-mitte",
);

const durations =
  "must be a duration\nWrite 90s, 30m, 2h, 3d, 1w, or ISO 8601 as P1DT12H: a day is 24 hours, and there are no months and years";

/** A duration, read as milliseconds. */
export const duration = textRead(parseDuration, "duration", durations).messages({
  "string.base": `duration\t\`{#label}\` ${durations}`,
});

export const uuid = textRead(
  (text) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined),
  "bad-value",
  "must be a UUID\nLeave it out to have one made of the key",
);

/** A whole number from `least` to `most`; digits that came in as text are taken as well. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Joi.NumberSchema {
  return Joi.number().integer().min(least).max(most).prefs({ convert: true });
}

/** A tag as `en` or `pt-BR`. */
export const language = textRead(
  (text) => (/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text) ? text : undefined),
  "bad-value",
  "must be a language\nFor example en or pt-BR",
);

export const timeZone = textRead(
  (text) => (isTimeZone(text) ? text : undefined),
  "bad-value",
  "must be a time zone\nFor example Europe/Berlin",
);

export const country = textRead(
  (text) => (/^[A-Z]{2}$/.test(text) ? text : undefined),
  "bad-value",
  "must be a country code of two capital letters\nFor example DE",
);

/** An http or https URL. */
export const webUrl = textRead(
  (text) => (parsedUrl(text) ? text : undefined),
  "bad-value",
  "must be an http or https URL\nFor example https://example.com/review",
);

export function parsedUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : undefined;
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
