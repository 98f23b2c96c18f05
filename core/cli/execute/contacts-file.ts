import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Failure } from "../failure.js";
import type { Shell } from "../shell.js";
import type { Row, RowProblem } from "./contact-fields.js";
import { readCsv } from "./csv.js";
import { readJson } from "./json.js";

const SHOWN = 20;

/** The people of a file (`-`: standard input), CSV or a JSON array, as its first character tells. Throws a `Failure` that lists what is wrong. */
export async function readContacts(name: string, shell: Pick<Shell, "cwd" | "stdin">): Promise<Row[]> {
  const shown = name === "-" ? "standard input" : name;
  const text = decoded(await bytesOf(name, shell), shown);
  const read = /^\s*[[{]/.test(text) ? readJson(text) : readCsv(text);
  if ("problems" in read) throw unusable(shown, read.problems);
  if (read.rows.length === 0) throw new Failure(`There are no contacts in ${shown}`, "Nothing was sent.");
  return read.rows;
}

async function bytesOf(name: string, { cwd, stdin }: Pick<Shell, "cwd" | "stdin">): Promise<Uint8Array> {
  if (name === "-") {
    const parts: Uint8Array[] = [];
    for await (const part of stdin) parts.push(typeof part === "string" ? Buffer.from(part) : part);
    return Buffer.concat(parts);
  }
  try {
    return await readFile(resolve(cwd, name));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    throw new Failure(
      `The file ${name} cannot be read (${code})`,
      "Give a CSV or JSON file, or - for standard input.",
      1,
      { cause },
    );
  }
}

function decoded(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure(`${shown} is not UTF-8 text`, "Save it again with the encoding UTF-8; nothing was sent.", 1, {
      cause,
    });
  }
}

function unusable(shown: string, problems: readonly RowProblem[]): Failure {
  const lines = problems.slice(0, SHOWN).map(({ place, message }) => `${shown}: ${place} ${message}`);
  if (problems.length > SHOWN) lines.push(`${shown}: ${problems.length - SHOWN} more are wrong`);
  return new Failure(lines.join("\n"), "Nothing was sent; correct the file and run it again.");
}
