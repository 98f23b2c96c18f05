import { join } from "node:path";
import type { SourceHome } from "../contracts/plugin.js";
import type { LoadedSource, SourceStatus } from "../contracts/source.js";
import { sourceExpressions } from "../expressions/source-expressions.js";
import { isKey } from "./fields.js";
import { interpolated, type Environment } from "./interpolation.js";
import { problemAt, type Problem } from "./problem.js";
import { checked } from "./schema.js";
import type { ProjectConfig } from "./server-config.js";
import { namesIn, readSource, type SourceFile } from "./source-files.js";
import { sourceSchema } from "./source-schema.js";
import { readYaml, type Path, type YamlFile } from "./yaml-file.js";

/** A source whose file is right as far as it can be told without its plugin. */
export interface ConfiguredSource {
  readonly name: string;
  readonly use: string;
  readonly status: SourceStatus;
  /** With every `${…}` filled in; where one is missing the text is as it was written. */
  readonly options: unknown;
  /** The folder that it stands in. */
  readonly folder: string;
  readonly yaml: YamlFile;
  /** The places whose texts could not be filled in: nothing more need be said of them. */
  readonly failed: readonly Path[];
  /** The texts that were filled in, which no problem may quote. */
  readonly brought: readonly string[];
}

/** What sources are read with. */
export interface SourceReading {
  readonly env: Environment;
  /** Finds the plugin and makes the source ready, or says what is wrong with it. */
  load(configured: ConfiguredSource, home: SourceHome): Promise<{ source: LoadedSource } | { problems: Problem[] }>;
}

/** Belong to executions that no source asked for. */
const TAKEN = ["api", "cli"];

/** What else lies in the folder, plugins and secrets, is left alone. */
const YAML = /\.ya?ml$/i;

/** Reads `sources/<name>.yaml`. `known`: what of the project sources may name. */
export async function readSources(
  config: ProjectConfig,
  { env, load }: SourceReading,
  known: Pick<SourceHome, "sequences" | "locations" | "employees">,
): Promise<{ sources: LoadedSource[]; problems: Problem[] }> {
  const folder = join(config.project, "sources");
  const sources: LoadedSource[] = [];
  const problems: Problem[] = [];
  const { language, vars } = config;
  const cel = sourceExpressions(vars);
  const { files } = await namesIn(folder);
  for (const name of files.filter((one) => YAML.test(one))) {
    const { source: file, problems: unread } = await readSource(folder, name);
    const { configured, problems: wrong } = file ? await readFile(file, env, folder) : { problems: [] };
    problems.push(...unread, ...wrong);
    if (!configured) continue;
    const url = doorOf(configured.name, publicUrlOf(config));
    const loaded = await load(configured, { name: configured.name, url, language, vars, cel, ...known });
    if ("problems" in loaded) problems.push(...loaded.problems);
    else sources.push(loaded.source);
  }
  return { sources, problems };
}

/** The public URL of a source's door. `publicUrl` has no slash at its end. */
export function doorOf(source: string, publicUrl: string): string {
  return `${publicUrl}/webhooks/${source}`;
}

/** Where the server listens on a free port the real one is known only then: `relocated` of the loader takes the source there. */
function publicUrlOf({ http: { publicUrl, listen } }: ProjectConfig): string {
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return publicUrl ?? `http://${host}:${listen.port}`;
}

async function readFile(
  { file, name: fileName, text }: SourceFile,
  env: Environment,
  folder: string,
): Promise<{ configured?: ConfiguredSource; problems: Problem[] }> {
  const name = fileName.replace(/\.yaml$/, "");
  const misnamed = nameProblem(fileName, name);
  if (misnamed) return { problems: [problemAt(file, { line: 1, column: 1 }, "file-name", ...misnamed)] };
  const { yaml, problems } = readYaml(file, text);
  if (!yaml) return { problems };
  const { value: filled, failed, brought, problems: missing } = await interpolated(yaml, env, folder);
  const { value, problems: wrong } = checked(sourceSchema, { ...yaml, value: filled }, failed);
  const all = [...problems, ...missing, ...wrong];
  if (!value) return { problems: all };
  const { use, options = {}, status = "running" } = value;
  return { configured: { name, use, options, status, folder, yaml, failed, brought }, problems: all };
}

function nameProblem(fileName: string, name: string): [message: string, hint: string] | undefined {
  if (!fileName.endsWith(".yaml") || !isKey(name)) {
    return [
      "This is no name of a source",
      "Name it <name>.yaml, with a name of lower-case letters, digits and hyphens: it becomes /webhooks/<name>",
    ];
  }
  if (!TAKEN.includes(name)) return undefined;
  return [`No source can be called ${name}`, "Executions that no source asked for say api or cli: take another name"];
}
