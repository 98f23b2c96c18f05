import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { problemAt, type Problem } from "./problem.js";
import { pathText } from "./schema.js";
import type { Path, YamlFile } from "./yaml-file.js";

export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([^}]*)(\}?)/g;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/;
const FILE = /^file:(.+)$/;

interface Filled {
  value: unknown;
  /** The places whose texts could not be filled in. */
  failed: Path[];
  /** The texts that were filled in: some of them are secrets. */
  brought: string[];
  problems: Problem[];
}

/**
 * Replaces `${NAME}`, `${NAME:-default}` (also when NAME is empty) and `${file:path}` (without its last line break; relative to
 * `folder`) in every text of the file. What comes in stays text. Problems name the key and what is missing, never a value.
 */
export async function interpolated(yaml: YamlFile, env: Environment, folder: string): Promise<Filled> {
  const failed: Path[] = [];
  const brought: string[] = [];
  const problems: Problem[] = [];
  const value = await filled(yaml.value, []);
  return { value, failed, brought, problems };

  async function filled(value: unknown, path: Path): Promise<unknown> {
    if (typeof value === "string") return text(value, path);
    if (Array.isArray(value)) return Promise.all(value.map((item, index) => filled(item, [...path, index])));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      await Promise.all(
        Object.entries(value).map(async ([key, inner]) => [key, await filled(inner, [...path, key])] as const),
      ),
    );
  }

  async function text(source: string, path: Path): Promise<string> {
    const pieces: string[] = [];
    let from = 0;
    for (const found of source.matchAll(REFERENCE)) {
      const got = await reference(found[1] ?? "", found[2] === "}", env, folder);
      if ("missing" in got) {
        failed.push(path);
        problems.push(
          problemAt(yaml.file, yaml.at(path), "interpolation", `\`${pathText(path)}\` ${got.missing}`, got.hint),
        );
        return source;
      }
      pieces.push(source.slice(from, found.index), got.text);
      from = found.index + found[0].length;
    }
    const text = pieces.join("") + source.slice(from);
    if (pieces.length > 0) brought.push(text);
    return text;
  }
}

type Reference = { text: string } | { missing: string; hint: string };

async function reference(inside: string, closed: boolean, env: Environment, folder: string): Promise<Reference> {
  const path = FILE.exec(inside)?.[1];
  if (closed && path !== undefined) return fileText(path, folder);
  const [, name, otherwise] = VARIABLE.exec(inside) ?? [];
  if (!closed || name === undefined) {
    return { missing: "has a ${…} that cannot be read", hint: "Write ${NAME}, ${NAME:-default} or ${file:/path}" };
  }
  const value = env[name];
  if (otherwise !== undefined) return { text: value || otherwise };
  if (value !== undefined) return { text: value };
  return {
    missing: `needs the variable ${name}, which is not set`,
    hint: `Set ${name}, or give a default as \${${name}:-…}`,
  };
}

async function fileText(path: string, folder: string): Promise<Reference> {
  try {
    return { text: (await readFile(resolve(folder, path), "utf8")).replace(/\r?\n$/, "") };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    return {
      missing: `needs the file ${path}, which cannot be read (${code})`,
      hint: "Check its path and who may read it",
    };
  }
}
