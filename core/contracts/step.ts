import type { Message } from "./channel.js";
import type { Entity } from "./inbox.js";
import type {
  Contact,
  Duration,
  Instant,
  JsonObject,
  Purpose,
  Sending,
  SendingReason,
  SequenceDefinition,
  SequenceStatus,
  StepDefinition,
} from "./model.js";
import type { CancelReason } from "./rules.js";

/** All that a step may look at: one sending with its person. */
export interface StepView {
  sending: Sending;
  contact: Contact;
  /** What the sending is about, as it is known now. */
  entity: Entity | null;
  /** The attempt that a message of this step would be recorded under. */
  attemptId: string;
  now: Instant;
}

export type UncertainPolicy = "retry" | "hold" | "skip";

/**
 * What a step does when its time has come. A `send` is composed only when its channel is free to take it, at once where that is cheap;
 * a promise of it never rejects.
 */
export type StepAction =
  | { do: "continue" }
  /** `anchored`: until a time that follows the entity's, so that the wait is begun again when they change. */
  | { do: "wait"; until: Instant; anchored?: boolean }
  /** Nothing happens until a person takes the sending up again, or, when `anchored`, the times of its entity change. */
  | { do: "hold"; reason: SendingReason; note: string; anchored?: boolean }
  /** Ends the sending, completed. */
  | { do: "exit" }
  /** Ends the sending, cancelled. */
  | { do: "cancel"; reason: CancelReason }
  | { do: "send"; channel: string; onUncertain: UncertainPolicy; compose(): Composed | Promise<Composed> };

/** A rendered message, or why there can be none. */
export type Composed =
  { message: Message } | { refused: Extract<SendingReason, "template" | "bad_address">; note: string };

/** One step of a version, made ready to run. Synchronous and without I/O. */
export interface RunnableStep {
  readonly id: string;
  readonly type: string;
  readonly delay: Duration;
  /** Whether the step's `when` holds; a condition that cannot be evaluated does not, and says why. */
  applies(view: StepView): true | { skipped: string };
  begin(view: StepView): StepAction;
}

/** One version of a sequence, made ready to run. */
export interface RunnableSequence {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly purpose: Purpose;
  readonly reentry: SequenceDefinition["reentry"];
  /** One of its steps reads what the sending is about: nobody is started without an entity. */
  readonly needsEntity: boolean;
  /** The words of events that end those inside whose entity the event is about. */
  readonly exitWhen: readonly string[];
  readonly steps: readonly RunnableStep[];
}

/** Where the engine finds the sequences. */
export interface Sequences {
  /** A stored version, ready to run. Rejects when it was never published. */
  runnable(sequenceId: string, version: number): Promise<RunnableSequence>;
  /** The status of the sequence now: `paused` holds those inside. */
  status(sequenceId: string): Promise<SequenceStatus>;
}

/** A kind of step: its name is the key that it stands under in a file. */
export interface StepType {
  readonly name: string;
  /** Whether a stored step can do nothing without an entity. Missing: it never needs one. */
  needsEntity?(settings: JsonObject): boolean;
  /** Reads what stands under the key, checks it whole, and makes the settings that are stored with the version. */
  read(value: unknown, reading: StepReading): { settings: JsonObject } | { problems: StepProblem[] };
  /**
   * Makes a stored step ready. Called once per version; what it returns is called for every sending. `values` gives what its texts and
   * expressions may name, `letters` fills texts in, `times` evaluates expressions.
   */
  prepare(
    definition: StepDefinition,
    sequence: StepHome,
    values: ValuesOf,
    letters: Letters,
    times: Times,
  ): (view: StepView) => StepAction;
}

/**
 * Makes an expression ready that gives a point in time; what comes back gives it for one sending after another, or says in a sentence
 * without any of the values why there is none.
 */
export type Times = (source: string) => (view: StepView) => Instant | { readonly none: string };

/** The texts of one mail in one language, as Liquid. A `text` that is missing is made from the HTML. */
export interface LetterSource {
  readonly subject: string;
  readonly html: string | null;
  readonly text: string | null;
  readonly language: string;
  /** A marketing letter always holds the unsubscribe link. */
  readonly purpose: Purpose;
}

/** Filled in. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
}

/**
 * Makes a letter ready; what comes back fills it in for one person after another, at once where that is cheap. Says `unfilled`, in a
 * sentence without any of the values, where it cannot be filled in within the limits. A promise of it never rejects.
 */
export type Letters = (
  source: LetterSource,
) => (values: ReturnType<ValuesOf>) => Letter | Unfilled | Promise<Letter | Unfilled>;
export interface Unfilled {
  readonly unfilled: string;
}

/** What texts and conditions see of one sending, by root. */
export type ValuesOf = (
  view: StepView,
) => Readonly<Record<string, unknown>> & { readonly links: { readonly unsubscribe: string } };

/** What a step type may ask of the project while it is read. */
export interface StepReading {
  readonly purpose: Purpose;
  /** The server's default language. */
  readonly language: string;
  /** The names that `vars.…` may use. */
  readonly vars: readonly string[];
  /** Checks an expression that is to give a point in time. `entity`: it reads what the sending is about. */
  time(source: string): { readonly entity: boolean } | Omit<StepProblem, "path" | "rule">;
  /** The template files of a name, by language, as `templates/tips.en.html` and `.txt`; `undefined` when there are none. */
  template(name: string): Readonly<Record<string, TemplateFile>> | undefined;
  /** For a suggestion when a name is unknown. */
  readonly templates: readonly string[];
}

/** One language of a template. `subject` comes from the front matter of the HTML file (or of the text file when there is no HTML). */
export interface TemplateFile {
  subject: string | null;
  html: string | null;
  text: string | null;
}

/** `path` below the step's own value, as `["subject"]`. With `line` and `column` (from 1) inside that text where it is known. */
export interface StepProblem {
  path: readonly (string | number)[];
  rule: string;
  message: string;
  hint: string | null;
  line?: number;
  column?: number;
}

/** The sequence that a stored step belongs to. */
export interface StepHome {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly version: number;
  readonly organization: string;
  readonly purpose: Purpose;
}
