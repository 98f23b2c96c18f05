import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { readCall, readLine } from "../../../core/cli/arguments.js";
import { verbs } from "../../../core/cli/verbs.js";

const top = fileURLToPath(new URL("../../../../", import.meta.url));
const text = readFileSync(`${top}README.md`, "utf8");

/** The command lines of code blocks are whole; within a sentence operands may be left out. */
const whole = [...text.matchAll(/^npx furrow (.*?)(?: +#.*)?$/gm)].map(([, line = ""]) => line);
const mentioned = [...text.matchAll(/`(?:npx )?furrow ([^`…]+)/g)].map(([, line = ""]) => line);

/** What is wrong with a command line; `undefined`: nothing. */
async function problem(command: string): Promise<string | undefined> {
  const words = command
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^["']|["']$/g, ""));
  const { verb = "", rest } = readLine(words);
  if (verb === "help") return undefined;
  const read = verbs[verb];
  if (!read) return `There is no verb ${verb}`;
  try {
    readCall(verb, await read(), rest);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test("every command line of the README is one that the program understands", async (t) => {
  t.ok(whole.length > 15, `${whole.length} command lines`);
  for (const command of whole) t.equal(await problem(command), undefined, command);
});

test("every command that the README speaks of is there", async (t) => {
  t.ok(mentioned.length > 10, `${mentioned.length} commands`);
  for (const command of mentioned) t.match((await problem(command)) ?? "furrow needs nothing", / needs /, command);
});

test("every configuration that the README names is there", async (t) => {
  const named = new Set([...text.matchAll(/\bconfig\/[\w./-]+\w/g)].map(([path]) => path));
  t.ok(named.has("config/cluster.yaml") && named.has("config/Dockerfile"));
  for (const path of named) t.ok(existsSync(`${top}${path}`), path);
});
