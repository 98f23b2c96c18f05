import Joi from "joi";
import { parseAddress } from "../channels/address.js";
import type { ChannelConfig } from "../channels/channels.js";
import type { Duration } from "../contracts/model.js";
import { duration, language, parsedUrl, whole } from "./fields.js";
import { oneOf, textRead } from "./schema.js";

/** A server config as it is written, read field by field; what is left out is not there. */
export interface ServerFile {
  mode?: "local" | "cluster";
  organization?: string;
  http?: { listen?: Listen; publicUrl?: string; rateLimit?: { perMinute: number; perHour: number } | null };
  sqlite?: { file?: string };
  /** There when `mode` is `cluster`, and only then. */
  mongodb?: { url: string };
  node?: { name?: string; lease?: Duration };
  project?: string;
  vars?: Record<string, string>;
  channels?: Record<string, ChannelConfig>;
  retention?: Partial<Record<"outbox" | "events" | "refused" | "idempotency", Duration>>;
  language?: string;
}

export interface Listen {
  host: string;
  port: number;
}

const HOUR = 3_600_000;

/** Requests that an organization may make, by the name of the profile. */
const PROFILES: Readonly<Record<string, { perMinute: number; perHour: number }>> = {
  starter: { perMinute: 100, perHour: 1_000 },
  pro: { perMinute: 250, perHour: 5_000 },
  business: { perMinute: 500, perHour: 10_000 },
  enterprise: { perMinute: 1_000, perHour: 25_000 },
};

/** `HOST:PORT`, with an IPv6 address in brackets; port 0 takes a free one. `undefined` when it is neither. */
export function parseListen(text: string): Listen | undefined {
  const [, bracketed, bare, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = Number(digits);
  return host !== undefined && port <= 65_535 ? { host, port } : undefined;
}

const perWindow = whole(1).required();

const profile = `must be off, ${Object.keys(PROFILES).join(", ")}, or a map with perMinute and perHour`;

const rateLimit = Joi.alternatives().conditional(Joi.object(), {
  then: Joi.object({ perMinute: perWindow, perHour: perWindow }),
  otherwise: textRead(
    (name) => (name === "off" ? null : new Map(Object.entries(PROFILES)).get(name)),
    "bad-value",
    profile,
  ).messages({
    "string.base": `wrong-type\t\`{#label}\` ${profile}`,
  }),
});

const sendgridOnly = (schema: Joi.Schema) =>
  Joi.when("use", {
    is: "sendgrid",
    then: schema,
    otherwise: Joi.forbidden().messages({ "any.unknown": "bad-value\t`{#label}` goes with `use: sendgrid`" }),
  });

const address = textRead(
  (text) => (parseAddress(text) ? text : undefined),
  "bad-value",
  "must be an address\nFor example Acme <hi@acme.example>",
);

const channel = Joi.object({
  use: oneOf(["outbox", "sendgrid"], ["smtp", "twilio"], "Use outbox or sendgrid").required(),
  apiKey: sendgridOnly(Joi.string().required()),
  from: sendgridOnly(address.required()),
  replyTo: sendgridOnly(address),
  baseUrl: sendgridOnly(
    textRead(origin, "bad-value", "must be an origin, without a path\nFor example https://api.eu.sendgrid.com"),
  ),
  concurrency: sendgridOnly(whole(1, 100)),
  timeout: sendgridOnly(duration.custom(atLeast(1_000)).messages({ "duration.min": "`{#label}` must be at least 1s" })),
});

const mongodbUrl = textRead(
  (text) => (/^mongodb(\+srv)?:\/\/[^/]/.test(text) ? text : undefined),
  "bad-value",
  "must be the address of a replica set\nFor example mongodb://one:27017,two:27017,three:27017/furrow?replicaSet=rs0",
);

/** A key that says where a mode keeps everything. Only MongoDB cannot be guessed. */
function ofMode(mode: "local" | "cluster", schema: Joi.Schema): Joi.Schema {
  const inCluster = Joi.valid("cluster").required();
  const there = mode === "cluster" ? schema.required() : schema;
  const elsewhere = Joi.forbidden().messages({ "any.unknown": `bad-value\t\`{#label}\` goes with \`mode: ${mode}\`` });
  const [then, otherwise] = mode === "cluster" ? [there, elsewhere] : [elsewhere, there];
  return Joi.when("mode", { is: inCluster, then, otherwise });
}

/** What may stand in `furrow.yaml`. */
export const serverSchema: Joi.ObjectSchema<ServerFile> = Joi.object({
  mode: oneOf(["local", "cluster"]),
  organization: textRead(
    (text) => (/^[A-Za-z0-9][\w.-]{0,63}$/.test(text) ? text : undefined),
    "bad-value",
    "must be a short name without spaces",
  ),
  http: Joi.object({
    listen: textRead(
      parseListen,
      "bad-value",
      "must be HOST:PORT\nFor example 127.0.0.1:3000, or port 0 for a free one",
    ),
    publicUrl: textRead(
      publicUrl,
      "bad-value",
      "must be an http or https URL without query\nFor example https://furrow.example.com",
    ),
    rateLimit,
  }),
  sqlite: ofMode("local", Joi.object({ file: Joi.string() })),
  mongodb: ofMode("cluster", Joi.object({ url: mongodbUrl.required() })),
  node: Joi.object({
    name: Joi.string().allow("").max(100),
    lease: duration.custom(atLeast(5_000)).messages({ "duration.min": "`{#label}` must be at least 5s" }),
  }),
  project: Joi.string(),
  vars: Joi.object().pattern(/^[A-Za-z_]\w*$/, Joi.string().allow("")),
  channels: Joi.object().pattern(/^[a-z][a-z0-9-]*$/, channel),
  retention: Joi.object({
    outbox: duration,
    idempotency: duration.custom(atLeast(24 * HOUR)).messages({ "duration.min": "`{#label}` must be at least 24h" }),
    events: duration,
    refused: duration,
  }),
  language,
});

function atLeast(least: Duration): Joi.CustomValidator {
  return (value: Duration, helpers) => (value < least ? helpers.error("duration.min") : value);
}

function origin(text: string): string | undefined {
  const url = parsedUrl(text);
  return url && url.href === `${url.origin}/` ? url.origin : undefined;
}

function publicUrl(text: string): string | undefined {
  const url = parsedUrl(text);
  return url && !url.search && !url.hash && !url.username && !url.password ? url.href.replace(/\/+$/, "") : undefined;
}
