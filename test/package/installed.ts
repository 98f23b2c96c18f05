import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "../core/cli/fake-shell.js";
import { untar } from "./untar.js";

/** A folder outside of this clone in which the packed Furrow is installed, with its dependencies and no other packages. */
export interface Installed {
  folder: string;
  /** What `npx furrow` runs. */
  program: string;
  env: NodeJS.ProcessEnv;
  /** Runs a line in the folder; answers what it printed on stdout. Rejects, with all that it printed, unless it ends with 0. */
  sh(line: string): Promise<string>;
}

interface Manifest {
  dependencies: Record<string, string>;
  bin: { furrow: string };
}

const modules = resolve("node_modules");

/** Packs the clone as it is built and installs it, without any network. */
export async function installed(test: { teardown(end: () => void): void }): Promise<Installed> {
  const folder = temporaryFolder(test);
  const env = {
    // The lines' own Node.js is the one that runs this test.
    PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: folder,
    ACME_SECRET: "s3cret-of-acme",
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
  };
  const { stdout } = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", folder], { env });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const home = join(folder, "node_modules", "furrow");
  untar(readFileSync(join(folder, packed?.filename ?? "")), home);
  const { dependencies, bin } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys(dependencies)) link(join(modules, name), join(folder, "node_modules", name));
  const program = join(home, bin.furrow);
  chmodSync(program, 0o755);
  link(program, join(folder, "node_modules", ".bin", "furrow"));
  writeFileSync(join(folder, "package.json"), '{ "name": "shop", "private": true, "type": "module" }\n');
  return { folder, program, env, sh: (line) => runLine(line, folder, env) };
}

/** Makes a package of this clone resolvable for what is installed. */
export function lend({ folder }: Installed, name: string): void {
  link(join(modules, name), join(folder, "node_modules", name));
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

async function runLine(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return (await promisify(execFile)("sh", ["-c", line], { cwd, env })).stdout;
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${line}\n${stdout}${stderr}`, { cause });
  }
}
