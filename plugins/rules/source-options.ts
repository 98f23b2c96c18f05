import Joi from "joi";
import type { ConnectorType } from "../../connectors/connector-type.js";
import { parseDuration } from "../../core/contracts/duration.js";
import type { Duration } from "../../core/contracts/model.js";
import type { OptionsSchema } from "../../core/contracts/plugin.js";
import { oneOf, optionSchema, readText } from "./option-schema.js";
import { ruleSchema, type RuleOptions } from "./rule-options.js";

/** What a connector reads, by the plugin that is for it. */
const PLUGINS = { order: "orders", booking: "bookings", json: "rest" } as const;
export type Reads = keyof typeof PLUGINS;

export type ConnectorTypes = ReadonlyMap<string, ConnectorType>;

/** The options of every source whose plugin has rules, read. Beside them stand the connector's own. */
export interface SourceOptions {
  readonly connector: string;
  /** Newest first. */
  readonly secrets: readonly string[];
  readonly on: readonly RuleOptions[];
  readonly maxAge: Duration;
  readonly testMode: boolean;
}

const MAX_AGE: Duration = 3 * 86_400_000;

const durations =
  "must be a duration\nWrite 90s, 30m, 2h, 3d, 1w, or ISO 8601 as P1DT12H: a day is 24 hours, and there are no months and years";

/** A duration, read as milliseconds. */
export const duration = readText(parseDuration, "duration", durations).messages({
  "string.base": `\`{#label}\` ${durations}`,
});

/** Ids of the platform, each with the key of what it is here. */
export const table = Joi.object().pattern(Joi.string(), Joi.string());

/**
 * The strict schema of a plugin for connectors that read `reads`: the common options, `more`, and those of the connector that is named.
 * Where none is named, or one that does not fit, only that is a problem, not the options that it would have had.
 */
export function sourceOptions<Options extends SourceOptions>(
  types: ConnectorTypes,
  reads: Reads,
  more: (connector: string) => Joi.PartialSchemaMap,
): OptionsSchema<Options> {
  const fitting = [...types.values()].filter((type) => type.reads.includes(reads));
  const connector = oneOf(
    fitting.map(({ name }) => name),
    (name) => elsewhere(types.get(name)),
  ).required();
  const anyOwn = Object.fromEntries(
    fitting.flatMap(({ options }) => Object.keys(options).map((key) => [key, Joi.any()] as const)),
  );
  return optionSchema((options) => {
    const name = connectorNamed(options);
    const own = fitting.find((type) => type.name === name)?.options ?? anyOwn;
    return Joi.object<Options>({
      connector,
      secrets: Joi.array().items(Joi.string()).min(1).required(),
      on: Joi.array().items(ruleSchema(duration)).default([]),
      maxAge: duration.default(MAX_AGE),
      testMode: Joi.boolean().default(false),
      ...more(name),
      ...own,
    })
      .required()
      .label("options");
  });
}

function connectorNamed(options: unknown): string {
  return String((options as { connector?: unknown } | null | undefined)?.connector);
}

function elsewhere(type: ConnectorType | undefined): string | undefined {
  const [reads] = type?.reads ?? [];
  return type && reads && `\`${type.name}\` goes with \`use: ${PLUGINS[reads]}\``;
}
