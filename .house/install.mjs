import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { pinnedNode, root } from "./root.mjs";
import { run } from "./run.mjs";

const mark = `${root}/node_modules/.furrow-lock`;

/** Whether node_modules is what package-lock.json says, as far as the mark of the last install tells. */
export function isInstalled() {
  return existsSync(pinnedNode) && existsSync(mark) && readFileSync(mark, "utf8") === lockHash();
}

/** Brings node_modules in line with package-lock.json. An install made by hand is kept when it corresponds. */
export async function install() {
  if (!correspondsToLock()) {
    console.error("furrow: installing (a first run takes about a minute)");
    // NODE_ENV=production would leave out the compiler and the pinned Node.
    await npm("ci", "--include=dev", "--loglevel=error");
  }
  if (!existsSync(pinnedNode)) {
    // .npmrc switches install scripts off: older versions of npm would compile better-sqlite3, whose binaries lie in its tarball.
    // The one script that is wanted fetches the pinned Node.
    await npm("rebuild", "node", "--ignore-scripts=false", "--loglevel=error");
  }
  const wanted = `v${readJson(`${root}/package-lock.json`).packages["node_modules/node"].version}`;
  const { stdout } = await run(pinnedNode, ["--version"], { capture: true });
  if (stdout.trim() !== wanted)
    throw new Error(`node_modules/.bin/node is ${stdout.trim()}, not ${wanted}; remove node_modules and try again`);
  writeFileSync(mark, lockHash());
}

async function npm(...args) {
  // Without the clone's own .bin folder: npm must not run on the Node that it is about to replace.
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.endsWith("node_modules/.bin"));
  const { code } = await run("npm", args, { env: { ...process.env, PATH: path.join(delimiter) } });
  if (code !== 0) throw new Error(`"npm ${args.join(" ")}" failed (${code}); what it printed is above`);
}

// npm keeps what it installed in a lockfile of the same form; packages for other platforms are absent there.
function correspondsToLock() {
  try {
    const wanted = readJson(`${root}/package-lock.json`).packages;
    const present = readJson(`${root}/node_modules/.package-lock.json`).packages;
    return Object.entries(wanted).every(
      ([path, { version, integrity, optional }]) =>
        path === "" ||
        (path in present
          ? present[path].version === version &&
            present[path].integrity === integrity &&
            existsSync(`${root}/${path}/package.json`)
          : optional === true),
    );
  } catch {
    return false;
  }
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(`${root}/package-lock.json`))
    .digest("hex");
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
