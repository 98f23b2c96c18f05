import type { CelExpression, CelRoots, OptionProblem, SourceHome } from "../../core/contracts/plugin.js";
import { suggestion } from "../../core/contracts/nearest.js";
import type { ContactField, RuleOptions } from "./rule-options.js";

/** A rule with its expressions, ready to run. */
export interface PreparedRule extends Pick<RuleOptions, "event" | "execute" | "delay"> {
  /** Where it stands, as `on[0]`. */
  readonly label: string;
  /** Names the rule for good: by event and sequence, and by number where several share both, whatever else changes in it or around it. */
  readonly name: string;
  readonly when?: CelExpression;
  readonly contact: readonly (readonly [ContactField, CelExpression])[];
  readonly context: readonly (readonly [string, CelExpression])[];
  readonly location?: CelExpression;
  readonly employee?: CelExpression;
  readonly entity?: CelExpression;
  readonly startAt?: CelExpression;
}

const TEXT = /^(?:optional<)?(?:string|int|double|dyn|null)>?$/;
const TIME = /^(?:optional<)?(?:google\.protobuf\.Timestamp|dyn)>?$/;
const CONDITION = /^(?:bool|dyn)$/;
const NO_JSON = /^(?:optional<)?(?:google\.protobuf\.Duration|bytes|type)>?$/;

/** Makes every rule ready, or says what is wrong with it; a rule with a problem has what could be made ready. */
export function preparedRules(
  rules: readonly RuleOptions[],
  roots: CelRoots,
  home: SourceHome,
): { rules: readonly PreparedRule[]; problems: readonly OptionProblem[] } {
  const problems: OptionProblem[] = [];
  const names = new Map<string, number>();
  const prepared = rules.map((rule, index) => {
    const at = (...path: (string | number)[]) => ["on", index, ...path];
    if (!home.sequences.includes(rule.execute)) problems.push(unknownSequence(rule.execute, at("execute"), home));
    const expression = (key: "when" | "location" | "employee" | "entity" | "startAt", takes: Takes) => {
      const text = rule[key];
      const ready = text === undefined ? undefined : prepare(text, at(key), takes);
      return ready ? { [key]: ready } : {};
    };
    const fields = (key: "contact" | "context", takes: Takes) =>
      Object.entries(rule[key] ?? {}).flatMap(([field, text]) => {
        const ready = prepare(text, at(key, field), takes);
        return ready ? [[field, ready] as const] : [];
      });
    return {
      event: rule.event,
      execute: rule.execute,
      ...(rule.delay === undefined ? {} : { delay: rule.delay }),
      label: `on[${index}]`,
      name: named(rule, names),
      ...expression("when", takesCondition),
      contact: fields("contact", takesText) as PreparedRule["contact"],
      context: fields("context", takesJson),
      ...expression("location", takesText),
      ...expression("employee", takesText),
      ...expression("entity", takesText),
      ...expression("startAt", takesTime),
    };
  });
  return { rules: prepared, problems };

  function prepare(text: string, path: OptionProblem["path"], takes: Takes): CelExpression | undefined {
    const ready = preparedExpression(text, path, roots, home, takes);
    if ("run" in ready) return ready;
    problems.push(ready);
    return undefined;
  }
}

/** Which types an expression may give, and what to say of others. */
export interface Takes {
  fits(type: string): boolean;
  readonly what: string;
  readonly hint: string;
}

export const takesText: Takes = { fits: (type) => TEXT.test(type), what: "a text", hint: "Convert it: string(…)" };
const takesTime: Takes = { fits: (type) => TIME.test(type), what: "a time", hint: "Convert it: timestamp(…)" };
const takesCondition: Takes = {
  fits: (type) => CONDITION.test(type),
  what: "true or false",
  hint: "Compare it with something, as in … == …",
};
const takesJson: Takes = { fits: (type) => !NO_JSON.test(type), what: "JSON", hint: "Convert it: string(…)" };

/** One expression, ready, or what is wrong with it. */
export function preparedExpression(
  text: string,
  path: OptionProblem["path"],
  roots: CelRoots,
  home: SourceHome,
  takes: Takes,
): CelExpression | OptionProblem {
  const made = home.cel(text, roots);
  if ("problem" in made) {
    const { problem, hint, line, column } = made;
    return { path, rule: "expression", message: problem, hint, line, column };
  }
  if (takes.fits(made.type)) return made;
  const message = `The expression gives ${article(made.type)}, not ${takes.what}`;
  return { path, rule: "expression", message, hint: takes.hint, line: 1, column: 1 };
}

function article(type: string): string {
  const word = type.replaceAll(/google\.protobuf\.(\w+)/g, (_, name: string) => name.toLowerCase());
  return /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`;
}

function named({ event, execute }: RuleOptions, names: Map<string, number>): string {
  const name = `${event} ${execute}`;
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : `${name} ${count}`;
}

function unknownSequence(key: string, path: OptionProblem["path"], { sequences }: SourceHome): OptionProblem {
  const hint = suggestion(key, sequences) ?? "Sequences are the files in sequences/, named by their key";
  return { path, rule: "unknown-sequence", message: `There is no sequence \`${key}\``, hint };
}
