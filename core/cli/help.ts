import { globals } from "./arguments.js";
import type { OptionTable, Verb } from "./verb.js";

/** What `furrow help` prints. */
export function overview(verbs: Readonly<Record<string, Verb>>, version: string): string {
  return [
    `Furrow ${version} turns orders, bookings and API calls into follow-up sequences.`,
    "",
    "Usage: furrow <verb> [--config FILE] [--json]",
    "",
    ...columns(Object.entries(verbs).map(([name, { summary }]) => [name, summary])),
    "",
    ...options(globals),
    "",
    "`furrow <verb> --help` says more about a verb.",
  ].join("\n");
}

/** What `furrow <verb> --help` prints. */
export function manual(name: string, verb: Verb): string {
  const { version: _, ...shared } = globals;
  const actions = Object.entries(verb.actions).flatMap(([word, action]) => {
    const optional = word === verb.fallback ? `[${word}]` : word;
    const required = action.operands.length - (action.optional ?? 0);
    const operands = action.operands.map((operand) => operand.toUpperCase());
    const shown = operands.map((operand, index) => (index < required ? operand : `[${operand}]`));
    const line = ["furrow", name, optional, ...shown];
    const own = options(action.options);
    const notes = action.notes ?? [];
    return [
      line.filter((part) => part !== "").join(" "),
      `  ${action.summary}`,
      ...(own.length > 0 ? ["", ...own] : []),
      ...(notes.length > 0 ? ["", ...notes.map((note) => `  ${note}`)] : []),
      "",
    ];
  });
  return [...actions, "With every verb:", "", ...options(shared)].join("\n");
}

function options(table: OptionTable): string[] {
  return columns(
    Object.entries(table).map(([name, { short, value, help }]) => [
      `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
      help,
    ]),
  );
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
