import type { Project } from "../config/project.js";
import type { ServerConfig } from "../config/server-config.js";
import type { Runtime } from "../container.js";
import { usage } from "./failure.js";
import { createLog } from "./log.js";
import { Problems } from "./problems.js";
import type { Context } from "./verb.js";

/** Who asks for the installation. */
export type Asking = Pick<Context, "config" | "shell" | "parts">;

/** The server config. Throws `Problems`. */
export async function readServer({ config: file, shell, parts }: Asking): Promise<ServerConfig> {
  const reading = await parts.readServerConfig(file, shell.env);
  if ("problems" in reading) throw new Problems(reading.problems);
  return reading.config;
}

/** The server config with its project. Throws `Problems`: those of both, also when the server config alone keeps it from being used. */
export async function readInstallation({
  config: file,
  shell,
  parts,
}: Asking): Promise<{ config: ServerConfig; project: Project }> {
  const server = await parts.readServerConfig(file, shell.env);
  const forProject = "config" in server ? server.config : server.forProject;
  const reading = forProject && (await parts.readProject(forProject, shell.env));
  const problems = [server, reading].flatMap((one) => (one && "problems" in one ? one.problems : []));
  if (!("config" in server) || !reading || !("project" in reading)) throw new Problems(problems);
  return { config: server.config, project: reading.project };
}

/**
 * Opens the store directly, beside a server that may be running, for as long as `work` takes: nothing listens here and no job runs, but
 * the server hears of every change within seconds. `adminToken` opens the runtime's API to `inject`.
 */
export async function withRuntime<T>(
  asking: Asking,
  work: (runtime: Runtime, config: ServerConfig) => Promise<T>,
  adminToken?: string,
): Promise<T> {
  const { config, project } = await readInstallation(asking);
  if (config.mode === "local") await requireSoundAlone(config.sqlite.file);
  const log = createLog(asking.shell.stderr, "warn");
  const admin = adminToken === undefined ? {} : { adminToken };
  const runtime = await asking.parts.createRuntime({ config, project, log, ...admin });
  try {
    return await work(runtime, config);
  } finally {
    await runtime.close();
  }
}

/** The database whose server is meant when none is named. Throws in a cluster, where there are many. */
export function databaseOf(config: ServerConfig): string {
  if (config.mode === "local") return config.sqlite.file;
  throw usage(
    "In the mode cluster a server has to be named",
    "Add --server URL, the address of one of them or of all.",
  );
}

/** A server that runs has looked already. */
async function requireSoundAlone(database: string): Promise<void> {
  const [{ requireSound }, { runningServer }] = await Promise.all([
    import("../stores/sqlite/soundness.js"),
    import("./server-file.js"),
  ]);
  if (!runningServer(database)) requireSound(database);
}
