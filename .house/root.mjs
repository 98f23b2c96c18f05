import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone's top folder, and the Node that the lockfile pins. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const pinnedNode = `${root}/node_modules/.bin/node`;

/** What a build is made of, relative to the top folder. */
export const sourceFolders = ["core", "plugins", "connectors", "test"];

/** All files below a folder, as paths relative to the top folder; none when there is no such folder. */
export function filesBelow(folder) {
  const found = [];
  let entries;
  try {
    entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOENT") return found;
    throw error;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(path));
    else found.push(path);
  }
  return found;
}
