import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { problemAt, shownPath, type Problem } from "./problem.js";

/** A text file of the project. */
export interface SourceFile {
  /** As it is shown in problems. */
  file: string;
  /** Without its folder. */
  name: string;
  text: string;
}

/** The names in a folder that are neither hidden nor an editor's leftovers, in order; none when there is no such folder. */
export async function namesIn(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const seen = (await entriesOf(folder)).filter(({ name }) => !/^\.|~$/.test(name));
  const named = (kept: typeof seen) => kept.map(({ name }) => name).sort();
  return {
    files: named(seen.filter((entry) => !entry.isDirectory())),
    folders: named(seen.filter((entry) => entry.isDirectory())),
  };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes(String((cause as NodeJS.ErrnoException).code))) return [];
    throw new Error(`The folder ${shownPath(folder)} cannot be listed`, { cause });
  }
}

/** Reads a file as UTF-8, without a byte order mark. `undefined` and no problem when it is not there. */
export async function readSource(folder: string, name: string): Promise<{ source?: SourceFile; problems: Problem[] }> {
  const path = join(folder, name);
  const file = shownPath(path);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
    return { source: { file, name, text }, problems: [] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { problems: [] };
    const reason = code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "it is no UTF-8 text" : (code ?? "unknown");
    return {
      problems: [problemAt(file, { line: 1, column: 1 }, "file-unreadable", `The file cannot be read: ${reason}`)],
    };
  }
}
