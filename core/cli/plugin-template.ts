import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PluginName } from "./plugin-name.js";

/** A plugin that works, called `acme`. */
const TEMPLATE = fileURLToPath(new URL("../../../config/plugin", import.meta.url));

/** Writes the template under this plugin's name into a folder, for this version of Furrow; answers the files, relative to the folder. */
export async function writePlugin(folder: string, plugin: PluginName, version: string): Promise<string[]> {
  const entries = await readdir(TEMPLATE, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(TEMPLATE.length + 1))
    .sort();
  for (const file of files) {
    const text = renamed(await readFile(join(TEMPLATE, file), "utf8"), plugin);
    await mkdir(dirname(join(folder, file)), { recursive: true });
    // Whoever puts a file there meanwhile keeps it.
    await writeFile(join(folder, file), file === "package.json" ? forVersion(text, version) : text, { flag: "wx" });
  }
  return files;
}

function renamed(text: string, { name, package: packageName }: PluginName): string {
  const words: Readonly<Record<string, string>> = {
    "furrow-plugin-acme": packageName,
    acme: name,
    ACME: name.toUpperCase().replaceAll("-", "_"),
  };
  return text.replace(/furrow-plugin-acme|acme|ACME/g, (word) => words[word] ?? word);
}

function forVersion(manifest: string, version: string): string {
  const json = JSON.parse(manifest) as { peerDependencies: Record<string, string> };
  return `${JSON.stringify({ ...json, peerDependencies: { furrow: `^${version}` } }, null, 2)}\n`;
}
