import type { Connector, InboundEvent, Reading } from "./connector.js";
import type { Duration, Instant, JsonObject } from "./model.js";

/** What a plugin asks the runtime to do. All commands of one event are carried out in one transaction. */
export type Command =
  | {
      do: "execute";
      /** Which of the source's rules asks, so that one rule starts one run per entity and contact, however often it is told. */
      rule: string;
      /** The key of the sequence. */
      sequence: string;
      contact: CommandContact;
      context: JsonObject;
      /** The key of what this is about, as `order:1001`. */
      entity: string | null;
      /** The keys of a location and an employee of the project. */
      location: string | null;
      employee: string | null;
      /** `null`: at once. */
      startAt: Instant | null;
      /** To marketing; `null` is not a no. */
      consent: boolean | null;
    }
  /** What the event says of an order or a booking. Kept unless something newer is known; a booking whose times change moves what it started. */
  | { do: "entity"; reading: Reading; data: JsonObject; endedDelay: Duration | null }
  /** Ends what the entity started and has not finished. */
  | { do: "cancel"; entity: string; reason: string }
  /** Forgets a person. */
  | { do: "redact"; email: string }
  /** Forgets the person whom an order or a booking names, if that is known. */
  | { do: "redactAbout"; entity: string };

export interface CommandContact {
  email: string;
  firstName?: string;
  lastName?: string;
  phone?: string;
  preferredLanguage?: string;
  timeZone?: string;
}

/** Why an event started nothing, or not all that its rules might have. */
export type EventReason =
  | "no_rule"
  | "condition_false"
  | "condition_error"
  | "mapping_error"
  | "no_email"
  | "bad_address"
  | "stale"
  | "too_old"
  | "repeated"
  | "test_event"
  | "no_consent"
  | "unpaid"
  | "gone"
  | "fetch_failed"
  | "sequence_refused";

/**
 * What an event means here. `reason` and `notes` say what was left out and why. An `entity` command keeps what the event says and
 * starts nothing: with no command beside it, as with none at all, the event is ignored for that reason, which is not `null` then.
 * Notes name no person.
 */
export interface Translation {
  commands: readonly Command[];
  reason: EventReason | null;
  notes: readonly string[];
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
  { readonly value: Options; readonly issues?: undefined } | { readonly issues: readonly OptionIssue[] };

/** `hint` and `rule` are ours, beside the standard. A message never holds the value of an option: it may be a secret. */
export interface OptionIssue {
  readonly message: string;
  /** Keys, or objects with a `key`. */
  readonly path?: readonly unknown[] | undefined;
  readonly hint?: string | null;
  /** A rule of `lint --explain`; default `schema`. */
  readonly rule?: string;
}

/** Where a source stands: what its plugin may know of the project and the server. */
export interface SourceHome {
  readonly name: string;
  /** The public URL of the source's door. */
  readonly url: string;
  readonly language: string;
  /** The keys of the project's sequences, whatever their status: one that starts nobody today may tomorrow. */
  readonly sequences: readonly string[];
  readonly locations: readonly { readonly key: string }[];
  readonly employees: readonly { readonly key: string; readonly email: string | null }[];
  readonly vars: Readonly<Record<string, string>>;
  /** Makes an expression ready over these roots and `vars`; once per text and roots. */
  cel(source: string, roots: CelRoots): CelExpression | CelProblem;
}

/** What an expression may name: `dyn` for what nothing is known of, else the fields. Roots and fields may be `null`. */
export type CelRoots = Readonly<Record<string, "dyn" | CelFields>>;
/** The type of each field as CEL writes it (`timestamp` for `google.protobuf.Timestamp`), or the fields of each entry of a list. */
export type CelFields = Readonly<Record<string, string | readonly [CelFields]>>;

export interface CelExpression {
  /** Of what it gives, as CEL writes it; `dyn` where only a run can tell. */
  readonly type: string;
  /**
   * `values` by root, without `vars`, times as `Date`. Gives JSON in which times are `Date`s, or `undefined` for an optional without a
   * value. Throws an `Error` with a sentence, which holds none of the values, when they lack what the expression reads, or do not fit.
   */
  run(values: Readonly<Record<string, unknown>>): CelValue | undefined;
}
export type CelValue =
  null | boolean | number | string | Date | readonly CelValue[] | { readonly [key: string]: CelValue };
export interface CelProblem {
  readonly problem: string;
  readonly hint: string | null;
  /** Inside the text, from 1. */
  readonly line: number;
  readonly column: number;
}

/** One bad option, found when the project is read. */
export interface OptionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string | null;
  /** A rule of `lint --explain`; default `schema`. */
  readonly rule?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Says what a platform's events mean here. */
export interface Plugin<Options = unknown> {
  readonly api: 1;
  readonly name: string;
  readonly options: OptionsSchema<Options>;
  /** What the schema cannot see: expressions, names of sequences. */
  check?(options: Options, home: SourceHome): readonly OptionProblem[];
  connector(options: Options, home: SourceHome): Connector;
  /**
   * Pure: the same event and options give the same commands, today and at a replay. Throws `MappingFailed` when a value that cannot be
   * left out cannot be had.
   */
  translate(event: InboundEvent, options: Options, home: SourceHome): Translation;
  /** Older events are kept and start nothing. */
  maxAge?(options: Options): Duration;
  /** Whether the platform's test deliveries count. */
  testMode?(options: Options): boolean;
}

/** Types the options of a plugin; the default export of a plugin's module. */
export function definePlugin<Options>(plugin: Plugin<Options>): Plugin<Options> {
  return plugin;
}
