import { resolve } from "node:path";
import { readCall, readLine, type Line } from "./arguments.js";
import { exit, Failure, usage, type ExitCode } from "./failure.js";
import { manual, overview } from "./help.js";
import { createOutput } from "./output.js";
import { installedParts, type Parts } from "./parts.js";
import { Problems } from "./problems.js";
import type { Shell } from "./shell.js";
import { didYouMean } from "./suggest.js";
import type { Verb } from "./verb.js";
import { verbs } from "./verbs.js";
import { version } from "./version.js";

/** Runs one command line to its end and answers the exit code. Whatever goes wrong is told on stderr; it never rejects. */
export async function run(shell: Shell, parts: Parts = installedParts): Promise<ExitCode> {
  try {
    return await obey(shell, parts, readLine(shell.args));
  } catch (error) {
    return told(error, shell);
  }
}

async function obey(shell: Shell, parts: Parts, line: Line): Promise<ExitCode> {
  const output = createOutput({ json: line.json, stdout: shell.stdout, stderr: shell.stderr });
  if (line.version) {
    output.result({ version: version() }, version);
    return exit.done;
  }
  if (line.verb === undefined || line.verb === "help" || line.help) {
    const name = line.verb === "help" ? line.rest.find((word) => !word.startsWith("-")) : line.verb;
    const text = await help(name);
    output.result({ help: text }, () => text);
    return exit.done;
  }
  const { action, config, ...call } = readCall(line.verb, await find(line.verb), line.rest);
  return action.run({ ...call, config: resolve(shell.cwd, config ?? "furrow.yaml"), shell, output, parts });
}

async function help(name: string | undefined): Promise<string> {
  if (name !== undefined) return manual(name, await find(name));
  const all = await Promise.all(Object.entries(verbs).map(async ([verb, read]) => [verb, await read()] as const));
  return overview(Object.fromEntries(all), version());
}

async function find(name: string): Promise<Verb> {
  const read = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (read) return read();
  const names = [...Object.keys(verbs), "help"];
  throw usage(`There is no verb "${name}"`, didYouMean(name, names, "`furrow help` lists the verbs."));
}

/** Tells what went wrong in one sentence and one hint. */
function told(error: unknown, { stderr, env }: Shell): ExitCode {
  if (error instanceof Problems) {
    stderr.write(`${error.text()}\n`);
    return exit.problems;
  }
  const { message, hint, code } = error instanceof Failure ? error : unforeseen(error);
  const trace = env["FURROW_TRACE"] && error instanceof Error ? `${error.stack ?? ""}\n` : "";
  stderr.write(`${sentence(message)}\n${hint}\n${trace}`);
  return code;
}

/** What the store and the runtime throw is known by name, so that they need not be loaded to be told. */
function unforeseen(error: unknown): Pick<Failure, "message" | "hint" | "code"> {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === "StoreUnavailable") return { message, hint: "Nothing was written; run it again.", code: exit.failed };
  if (name === "StoreDamaged") return { message, hint: "Nothing was written.", code: exit.failed };
  if (name === "Refusal") return { message, hint: "Nothing was changed.", code: exit.failed };
  return { message, hint: "Run it again with FURROW_TRACE=1 to see where it happened.", code: exit.failed };
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
