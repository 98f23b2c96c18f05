import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { suggestion } from "../contracts/nearest.js";
import type { Plugin } from "../contracts/plugin.js";
import { packageEntry } from "./package-entry.js";
import { pluginOf } from "./plugin-shape.js";

export type Plugins = Readonly<Record<string, () => Promise<unknown>>>;

/** No path into a package, and none out of `node_modules`. */
const PACKAGE = /^npm:((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)$/;
const FILE = /^\.{0,2}\//;

/**
 * The plugin that `use` means in a file of `folder`: one of `builtIn`; `npm:package`, installed at or above that folder or beside Furrow;
 * or a path from that folder that begins with `./`, `../` or `/`.
 */
export async function findPlugin(
  use: string,
  folder: string,
  builtIn: Plugins,
): Promise<{ plugin: Plugin } | { problem: string; hint: string | null }> {
  try {
    const module = await moduleOf(use, folder, builtIn);
    if ("problem" in module) return module;
    const plugin = pluginOf(await module.load());
    return "problem" in plugin ? plugin : { plugin };
  } catch (cause) {
    return { problem: `The plugin cannot be loaded: ${firstLine(cause)}`, hint: "The plugin's author can tell why" };
  }
}

type Found = { load: () => Promise<unknown> } | { problem: string; hint: string | null };

async function moduleOf(use: string, folder: string, builtIn: Plugins): Promise<Found> {
  const own = Object.hasOwn(builtIn, use) ? builtIn[use] : undefined;
  if (own) return { load: own };
  if (FILE.test(use)) return inFile(use, folder);
  const [, name] = PACKAGE.exec(use) ?? [];
  if (name === undefined) {
    const hint = suggestion(use, Object.keys(builtIn));
    return {
      problem: `There is no plugin \`${use}\``,
      hint: hint?.startsWith("Did") ? hint : `Use ${Object.keys(builtIn).join(", ")}, npm:<package> or ./<file>.js`,
    };
  }
  const entry = await packageEntry(name, [folder, fileURLToPath(new URL(".", import.meta.url))]);
  if (!entry) return { problem: `The package \`${name}\` is not installed`, hint: `Install it: npm install ${name}` };
  return imported(entry);
}

function inFile(use: string, folder: string): Found {
  const path = resolve(folder, use);
  if (existsSync(path)) return imported(pathToFileURL(path));
  return { problem: `There is no file \`${use}\``, hint: "The path begins at the source's own file" };
}

function imported(url: URL): Found {
  return { load: () => import(url.href) };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
