import { parseArgs } from "node:util";
import { usage } from "./failure.js";
import { checkOption, type OptionToken } from "./option.js";
import { didYouMean } from "./suggest.js";
import type { Action, OptionTable, Verb } from "./verb.js";

/** Options that stand with every verb. */
export const globals = {
  config: { type: "string", value: "FILE", help: "the server config; without it ./furrow.yaml" },
  json: { type: "boolean", help: "print one JSON document on stdout" },
  help: { type: "boolean", short: "h", help: "say what the verb does" },
  version: { type: "boolean", help: "print the version" },
} as const satisfies OptionTable;

/** The options of {@link globals}, and what stands on the line besides: `rest` is the line without the verb. */
export interface Line {
  verb: string | undefined;
  rest: string[];
  help: boolean;
  version: boolean;
  json: boolean;
}

/** A verb's action with what the line gives it. */
export interface Call {
  action: Action;
  config: string | undefined;
  /** The action's own. */
  options: Record<string, string | boolean>;
  operands: Record<string, string>;
}

/** Finds the verb of a command line, and the options that do not depend on it. */
export function readLine(args: readonly string[]): Line {
  const { tokens, values } = scan(args, globals);
  const first = tokens.find((token) => token.kind !== "option");
  const verb = first?.kind === "positional" ? first : undefined;
  for (const token of tokens) {
    if (token.kind === "option" && token.index < (verb?.index ?? args.length)) checkOption(token, globals, "furrow");
  }
  return {
    verb: verb?.value,
    rest: args.filter((_, index) => index !== verb?.index),
    help: values["help"] === true,
    version: values["version"] === true,
    json: values["json"] === true,
  };
}

/** Finds the action of a verb and checks the line against it: options, their values, operands. Throws a usage `Failure`. */
export function readCall(name: string, verb: Verb, rest: readonly string[]): Call {
  const all = Object.assign({}, globals, ...Object.values(verb.actions).map(({ options }) => options)) as OptionTable;
  const words = scan(rest, all).positionals;
  const word = "" in verb.actions ? "" : (words.shift() ?? verb.fallback);
  const names = Object.keys(verb.actions);
  const help = `\`furrow ${name} --help\` says more.`;
  if (word === undefined) throw usage(`furrow ${name} needs one of: ${names.join(", ")}`, help);
  const action = Object.hasOwn(verb.actions, word) ? verb.actions[word] : undefined;
  if (!action) throw usage(`furrow ${name} cannot "${word}"`, didYouMean(word, names, `It can: ${names.join(", ")}.`));

  const call = `furrow ${name} ${word}`.trim();
  const table = { ...globals, ...action.options };
  const { tokens, values } = scan(rest, table);
  const seen = new Set<string>();
  for (const token of tokens) if (token.kind === "option") checkOption(token, table, call, seen);
  if (words.length > action.operands.length) {
    throw usage(`${call} does not know what to do with "${words[action.operands.length]}"`, help);
  }
  const required = action.operands.slice(0, action.operands.length - (action.optional ?? 0));
  const missing = required[words.length];
  if (missing !== undefined) throw usage(`${call} needs ${missing.toUpperCase()}`, help);
  return {
    action,
    config: typeof values["config"] === "string" ? values["config"] : undefined,
    options: Object.fromEntries(Object.entries(values).filter(([option]) => Object.hasOwn(action.options, option))),
    operands: Object.fromEntries(action.operands.map((operand, index) => [operand, words[index] ?? ""])),
  };
}

interface Scanned {
  tokens: (
    OptionToken | { kind: "positional"; index: number; value: string } | { kind: "option-terminator"; index: number }
  )[];
  values: Record<string, string | boolean>;
  positionals: string[];
}

/** Not strict: the messages of `parseArgs` name neither a suggestion nor the verb. */
function scan(args: readonly string[], table: OptionTable): Scanned {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]),
  );
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }) as Scanned;
}
