import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { ChannelConfig } from "../channels/channels.js";
import type { Duration } from "../contracts/model.js";
import { interpolated, type Environment } from "./interpolation.js";
import { inOrder, problemAt, shownPath, type Problem } from "./problem.js";
import { checked } from "./schema.js";
import { serverSchema, type ServerFile } from "./server-schema.js";
import { readSource } from "./source-files.js";
import { readYaml, type YamlFile } from "./yaml-file.js";

/** How this process runs: the server config with every default filled in. Paths are absolute. */
export type ServerConfig = LocalConfig | ClusterConfig;

/** One process with its database in a file. */
export interface LocalConfig extends AnyConfig {
  mode: "local";
  sqlite: { file: string };
}

/** One of several processes that share a MongoDB replica set. */
export interface ClusterConfig extends AnyConfig {
  mode: "cluster";
  /** The address with everything in it, a password too: it is never shown. */
  mongodb: { url: string };
}

interface AnyConfig {
  /** The file it was read from. */
  file: string;
  organization: string;
  http: {
    listen: { host: string; port: number };
    /** An http(s) URL without a slash at its end; `null`: the address that the server listens on. */
    publicUrl: string | null;
    /** `null`: off. */
    rateLimit: { perMinute: number; perHour: number } | null;
  };
  /**
   * `name` is `null` when none is configured. `lease`: so long after a process fell silent another one takes up what it had in hand;
   * in local mode a start does so at once.
   */
  node: { name: string | null; lease: Duration };
  project: string;
  vars: Readonly<Record<string, string>>;
  channels: Readonly<Record<string, ChannelConfig>>;
  retention: { outbox: Duration; events: Duration; refused: Duration; idempotency: Duration };
  language: string;
}

/** What of it the project is read with. */
export type ProjectConfig = Pick<ServerConfig, "project" | "organization" | "vars" | "language" | "http">;

/**
 * Reads the server config with its `${…}` filled in from `env`; or says everything that is wrong in it, and what the project can
 * be checked with all the same: the names of its variables without their values.
 */
export async function readServerConfig(
  path: string,
  env: Environment,
): Promise<{ config: ServerConfig } | { problems: Problem[]; forProject?: ProjectConfig }> {
  const file = resolve(path);
  const { source, problems: unread } = await readSource(dirname(file), basename(file));
  if (!source) return { problems: unread.length > 0 ? unread : [noFile(shownPath(file))] };
  const { yaml, problems } = readYaml(source.file, source.text);
  if (!yaml) return { problems: inOrder(problems) };
  const filled = await interpolated({ ...yaml, value: yaml.value ?? {} }, env, dirname(file));
  const { value, problems: wrong } = checked(serverSchema, { ...yaml, value: filled.value }, filled.failed);
  const all = [...problems, ...filled.problems, ...wrong];
  if (value) all.push(...(await missingProject(value, yaml, file)));
  if (value && all.length === 0) return { config: resolved(value, file) };
  return { problems: inOrder(all), forProject: resolved(readable(filled.value), file) };
}

function noFile(file: string): Problem {
  const hint = "Name it with --config FILE";
  return problemAt(file, { line: 1, column: 1 }, "file-missing", "There is no server config here", hint);
}

/** Without the key an absent folder is a project without files; a folder that is named has to be there. */
async function missingProject({ project }: ServerFile, yaml: YamlFile, file: string): Promise<Problem[]> {
  if (project === undefined) return [];
  const found = await stat(resolve(dirname(file), project)).catch(() => undefined);
  if (found?.isDirectory()) return [];
  return [
    problemAt(
      yaml.file,
      yaml.at(["project"]),
      "file-missing",
      "`project` names no folder that exists",
      "It is relative to this file",
    ),
  ];
}

/** What is text where text belongs, of a file that has problems. */
function readable(value: unknown): ServerFile {
  const given: Record<string, unknown> = typeof value === "object" ? { ...value } : {};
  const texts = ["project", "organization", "language"].filter((key) => typeof given[key] === "string");
  const names = typeof given["vars"] === "object" ? Object.keys(given["vars"] ?? {}) : [];
  return {
    ...Object.fromEntries(texts.map((key) => [key, given[key]])),
    vars: Object.fromEntries(names.map((name) => [name, ""])),
  };
}

function resolved(given: ServerFile, file: string): ServerConfig {
  const below = (path: string) => resolve(dirname(file), path);
  const rest = common(given, file, below);
  if (given.mode === "cluster") return { ...rest, mode: "cluster", mongodb: { url: given.mongodb?.url ?? "" } };
  return { ...rest, mode: "local", sqlite: { file: below(given.sqlite?.file ?? "data/furrow.db") } };
}

function common(given: ServerFile, file: string, below: (path: string) => string): AnyConfig {
  return {
    file,
    organization: given.organization ?? "default",
    http: {
      listen: given.http?.listen ?? { host: "127.0.0.1", port: 3000 },
      publicUrl: given.http?.publicUrl ?? null,
      rateLimit: given.http?.rateLimit ?? null,
    },
    node: { name: given.node?.name || null, lease: given.node?.lease ?? 30_000 },
    project: below(given.project ?? "project"),
    vars: given.vars ?? {},
    channels: { email: { use: "outbox" }, ...given.channels },
    retention: { outbox: 7 * DAY, events: 30 * DAY, refused: 7 * DAY, idempotency: DAY, ...given.retention },
    language: given.language ?? "en",
  };
}

const DAY = 86_400_000;
