import { relative } from "node:path";
import type { Project } from "../../config/project.js";
import type { ServerConfig } from "../../config/server-config.js";
import type { Runtime } from "../../container.js";
import type { Log } from "../../contracts/log.js";
import type { Role } from "../../foundation/foundation.js";
import { requireSound } from "../../stores/sqlite/soundness.js";
import { newApiKey } from "../api-key.js";
import { exit, Failure, type ExitCode } from "../failure.js";
import { createLog } from "../log.js";
import { holdDatabase, readServerFile, removeServerFile, writeServerFile } from "../server-file.js";
import type { Context } from "../verb.js";
import { version } from "../version.js";
import { lifetime, type End } from "./lifetime.js";
import { showFirstCall } from "./first-call.js";

/** How long work under way may take to finish, and how long a stop may take in all, in milliseconds. */
const GRACE = 8_000;
const LONGEST_STOP = 9_500;

/** What a server is started with. */
export interface Start {
  config: ServerConfig;
  project: Project;
  role: Role;
  quickstart: boolean;
}

/** A server that listens, and the key that opens its API until it ends. */
interface Listening {
  url: string;
  token: string;
}

/** Who is told while a server listens. */
interface Doorplate {
  put(server: Listening): void;
  remove(): void;
}

/** Runs a server until it is asked to stop, or until something fails that nobody caught. In local mode it is the one of its database. */
export async function runServer(start: Start, context: Context): Promise<ExitCode> {
  const { config } = start;
  if (config.mode === "cluster") return live(start, context, { put: () => undefined, remove: () => undefined });
  const database = config.sqlite.file;
  const lock = holdDatabase(database);
  if (!lock) throw taken(database);
  try {
    requireSound(database);
    return await live(start, context, besideDatabase(database));
  } finally {
    lock.release();
  }
}

function besideDatabase(database: string): Doorplate {
  return {
    put: ({ url, token }) =>
      writeServerFile(database, { url, token, pid: process.pid, startedAt: new Date().toISOString() }),
    remove: () => removeServerFile(database),
  };
}

async function live(
  { config, project, role, quickstart }: Start,
  { config: file, shell, output, parts }: Context,
  doorplate: Doorplate,
): Promise<ExitCode> {
  const log = createLog(shell.stderr);
  const { ended, over } = lifetime(shell.alarms, {
    insisted: () => shell.exit(exit.interrupted),
    defect: (kind, error) => log.error({ kind, error }, "something failed that nobody caught"),
  });
  let watchdog: NodeJS.Timeout | undefined;
  void ended.then((end) => {
    watchdog = setTimeout(() => shell.exit(codeOf(end)), LONGEST_STOP);
  });
  let runtime: Runtime | undefined;
  try {
    const { key: token } = newApiKey();
    const standing = { role, version: version() };
    runtime = await parts.createRuntime({ config, project, log, standing, adminToken: token });
    const { url } = await runtime.start();
    const here = reachable(url);
    doorplate.put({ url: here, token });
    output.result({ url }, () => `furrow listening on ${url}`);
    if (quickstart)
      await showFirstCall(
        { url: here, config, project, keys: runtime.store.keys, file: relative(shell.cwd, file) },
        output,
      );
    return codeOf(await Promise.race([ended, lostIn(runtime, log)]));
  } finally {
    doorplate.remove();
    if (runtime) await ending(runtime, log);
    clearTimeout(watchdog);
    over();
  }
}

async function lostIn({ lost }: Runtime, log: Log): Promise<End> {
  const reason = await lost;
  log.error({ error: reason }, "the other servers work on without this one: it ends");
  return "defect";
}

function codeOf(end: End): ExitCode {
  return end === "asked" ? exit.done : exit.failed;
}

/** A server that listens on every address of the machine is called at its loopback address. */
function reachable(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}

/** Nothing that goes wrong at the end keeps the rest from ending. */
async function ending(runtime: Runtime, log: Log): Promise<void> {
  try {
    await runtime.stop(GRACE);
  } catch (error) {
    log.error({ error: error as Error }, "the work under way could not be finished");
  }
  await runtime.close();
}

function taken(database: string): Failure {
  const server = readServerFile(database);
  const where = server ? ` at ${server.url}` : "";
  const pid = server ? ` (process ${server.pid})` : "";
  return new Failure(
    `A server runs on ${database} already${where}`,
    `Stop it first${pid}, or give this one a sqlite.file of its own.`,
  );
}
