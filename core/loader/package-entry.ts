import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { pathToFileURL } from "node:url";

/** What an `import` of ours would choose by, in the order of Node.js. */
const CONDITIONS = ["node", "import", "module-sync", "default"];

/**
 * The file that `import name` means to a module in one of `folders`, the first that has the package in a `node_modules` at or above it;
 * `undefined` when none has. Node.js itself resolves packages only from where the importing module lies.
 */
export async function packageEntry(name: string, folders: readonly string[]): Promise<URL | undefined> {
  for (const folder of folders) {
    const manifest = found(name, folder);
    if (manifest === undefined) continue;
    const { exports, main } = JSON.parse(await readFile(manifest, "utf8")) as { exports?: unknown; main?: unknown };
    const entry = exports === undefined ? (main ?? "index.js") : chosen(rootOf(exports));
    if (typeof entry !== "string") throw new Error(`The package \`${name}\` exports nothing that can be imported`);
    return new URL(entry.startsWith(".") ? entry : `./${entry}`, pathToFileURL(manifest));
  }
  return undefined;
}

function found(name: string, folder: string): string | undefined {
  try {
    return findPackageJSON(name, pathToFileURL(`${folder}/`));
  } catch {
    return undefined;
  }
}

/** Of `exports`: subpaths begin with a dot, conditions do not. */
function rootOf(exports: unknown): unknown {
  const map = typeof exports === "object" && exports !== null ? Object.entries(exports) : [];
  return map.some(([key]) => key.startsWith(".")) ? map.find(([key]) => key === ".")?.[1] : exports;
}

function chosen(target: unknown): unknown {
  if (Array.isArray(target)) return target.map(chosen).find((one) => one !== undefined);
  if (typeof target !== "object" || target === null) return target ?? undefined;
  const fitting = Object.entries(target).filter(([condition]) => CONDITIONS.includes(condition));
  return fitting.map(([, inner]) => chosen(inner)).find((one) => one !== undefined);
}
