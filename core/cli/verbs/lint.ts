import { exit, usage } from "../failure.js";
import { readInstallation } from "../installation.js";
import { Problems } from "../problems.js";
import { didYouMean } from "../suggest.js";
import { action, type Verb } from "../verb.js";

/** `furrow lint` */
export const lint: Verb = {
  summary: "check the server config and the project",
  actions: {
    "": action({
      summary: "Reads the server config and the project, and lists everything that is wrong, at once.",
      operands: [],
      options: { explain: { type: "string", value: "RULE", help: "say what a rule is about" } },
      async run(context) {
        const { output, options } = context;
        if (options.explain !== undefined) {
          const text = await explanation(options.explain);
          output.result({ rule: options.explain, text }, () => text);
          return exit.done;
        }
        const problems = await problemsOf(readInstallation(context));
        output.result({ problems: problems?.problems ?? [] }, () => problems?.text() ?? "No problems.");
        return problems ? exit.problems : exit.done;
      },
    }),
  },
};

async function problemsOf(reading: Promise<unknown>): Promise<Problems | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    if (error instanceof Problems) return error;
    throw error;
  }
}

async function explanation(rule: string): Promise<string> {
  const { explain, ruleNames } = await import("../../config/rules.js");
  const text = explain(rule);
  if (text !== undefined) return text;
  throw usage(`There is no rule "${rule}"`, didYouMean(rule, ruleNames(), `There is: ${ruleNames().join(", ")}.`));
}
