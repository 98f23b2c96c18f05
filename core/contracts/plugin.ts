import type { Connector, InboundEvent } from "./connector.js";
import type { Instant, JsonObject } from "./model.js";

/** What a plugin asks the runtime to do. */
export type Command =
  | {
      do: "execute";
      sequence: string;
      contacts: CommandContact[];
      context?: JsonObject;
      entity?: string;
      location?: string;
      employee?: string;
      startAt?: Instant;
    }
  | { do: "cancel"; entity: string; reason: string }
  | { do: "move"; entity: string; startsAt: Instant | null; endsAt: Instant | null }
  | { do: "record"; kind: string; data: JsonObject }
  | { do: "redact"; email: string };

export interface CommandContact {
  email: string;
  firstName?: string;
  lastName?: string;
  phone?: string;
  preferredLanguage?: string;
  customFields?: JsonObject;
  context?: JsonObject;
}

/** The part of Standard Schema v1 (https://standardschema.dev) that the loader uses; Joi 18 schemas have it. */
export interface OptionsSchema<Options> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Options> | Promise<SchemaResult<Options>>;
  };
}
export type SchemaResult<Options> =
  | { readonly value: Options; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

/** Says what a platform's events mean here. */
export interface Plugin<Options = unknown> {
  readonly api: 1;
  readonly name: string;
  readonly options: OptionsSchema<Options>;
  connector(options: Options): Connector;
  /** Pure: the same event and options give the same commands, today and at a replay. */
  translate(event: InboundEvent, options: Options): readonly Command[];
}
