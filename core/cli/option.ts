import { usage } from "./failure.js";
import { didYouMean } from "./suggest.js";
import type { OptionTable } from "./verb.js";

/** An option as `parseArgs` found it: `rawName` is how it was typed. */
export interface OptionToken {
  kind: "option";
  index: number;
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

/** Refuses an option that is unknown, lacks its value, has one too many, or stands twice (`seen` remembers). */
export function checkOption(token: OptionToken, table: OptionTable, call: string, seen = new Set<string>()): void {
  const { name, rawName, value } = token;
  const spec = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!spec) {
    const known = Object.keys(table).map((option) => `--${option}`);
    throw usage(`${call} has no option ${rawName}`, didYouMean(rawName, known, `It has: ${known.join(", ")}.`));
  }
  if (spec.type === "boolean" && value !== undefined)
    throw usage(`${rawName} takes no value`, `Write it as ${rawName}.`);
  if (spec.type === "string" && lacksValue(token)) {
    throw usage(`${rawName} needs a value`, `Write it as ${rawName} ${spec.value ?? "VALUE"}.`);
  }
  if (seen.has(name)) throw usage(`${rawName} stands there twice`, "Give it once.");
  seen.add(name);
}

/** A word that begins with a dash is the next option, not a value; a lone dash is a value. */
function lacksValue({ value, inlineValue }: OptionToken): boolean {
  return value === undefined || value === "" || (!inlineValue && value.length > 1 && value.startsWith("-"));
}
