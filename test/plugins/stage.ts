import type { InboundEvent } from "../../core/contracts/connector.js";
import type { OptionProblem, Plugin, SourceHome, Translation } from "../../core/contracts/plugin.js";
import { sourceExpressions } from "../../core/expressions/source-expressions.js";

const vars = { shopUrl: "https://shop.example" };

export const home: SourceHome = {
  name: "main",
  url: "https://furrow.example/webhooks/main",
  language: "en",
  sequences: ["welcome", "thanks"],
  locations: [{ key: "berlin" }, { key: "hamburg" }],
  employees: [
    { key: "anna", email: "Anna@Acme.example" },
    { key: "ben", email: null },
  ],
  vars,
  cel: sourceExpressions(vars),
};

/** A plugin with options as they stand in a file, which must be right. */
export async function staged<Options>(
  plugin: Plugin<Options>,
  given: Record<string, unknown>,
): Promise<{ options: Options; translate(event: InboundEvent): Translation }> {
  const result = await plugin.options["~standard"].validate(given);
  if (result.issues) throw new Error(JSON.stringify(result.issues));
  const options = result.value;
  const problems = plugin.check?.(options, home) ?? [];
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { options, translate: (event) => plugin.translate(event, options, home) };
}

/** What is wrong with options, one line each: `path  message  (rule)  hint`. */
export async function said<Options>(plugin: Plugin<Options>, given: unknown): Promise<string[]> {
  const result = await plugin.options["~standard"].validate(given);
  const problems = result.issues ?? plugin.check?.(result.value, home) ?? [];
  return problems.map(
    ({ path = [], message, rule, hint, ...rest }) =>
      `${path.join(".")}${place(rest)}  ${message}  (${rule ?? "none"})${hint ? `  ${hint}` : ""}`,
  );
}

function place({ line, column }: Pick<OptionProblem, "line" | "column">): string {
  return line === undefined ? "" : ` ${line}:${column ?? 0}`;
}
