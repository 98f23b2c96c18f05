import type { ExitCode } from "./failure.js";
import type { Output } from "./output.js";
import type { Parts } from "./parts.js";
import type { Shell } from "./shell.js";

/** One option of a command; `value` names what a `string` option takes, as `FILE`. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
}
export type OptionTable = Readonly<Record<string, OptionSpec>>;
export type OptionValues<Options extends OptionTable> = {
  readonly [Name in keyof Options]?: { string: string; boolean: boolean }[Options[Name]["type"]];
};

/** What an action is handed: its own options and operands, checked, and the way out. */
export interface Context<Options extends OptionTable = OptionTable, Operand extends string = string> {
  readonly options: OptionValues<Options>;
  readonly operands: { readonly [Name in Operand]: string };
  /** Absolute path of the server config. */
  readonly config: string;
  readonly shell: Shell;
  readonly output: Output;
  readonly parts: Parts;
}

/** One thing that a verb can do. Operands stand in this order. */
export interface Action<Options extends OptionTable = OptionTable, Operand extends string = string> {
  readonly summary: string;
  readonly operands: readonly Operand[];
  /** How many of the last operands may be left out; they are empty then. Default: none. */
  readonly optional?: number;
  readonly options: Options;
  /** Said below the options in the help. */
  readonly notes?: readonly string[];
  run(context: Context<Options, Operand>): Promise<ExitCode>;
}

/** A word that `furrow` is told first. Its actions go by the next word; a verb with one thing to do has the action `""`. */
export interface Verb {
  readonly summary: string;
  readonly actions: Readonly<Record<string, Action>>;
  /** The action when no word names one. */
  readonly fallback?: string;
}

/** Gives an action the types of its own options and operands. */
export function action<const Options extends OptionTable, const Operand extends string>(
  spec: Action<Options, Operand>,
): Action {
  return spec;
}
