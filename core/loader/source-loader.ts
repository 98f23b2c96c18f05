import type { Plugin, SourceHome } from "../contracts/plugin.js";
import type { LoadedSource } from "../contracts/source.js";
import { problemAt, type Problem } from "../config/problem.js";
import { doorOf, type ConfiguredSource, type SourceReading } from "../config/sources.js";
import { builtInPlugins } from "./built-in.js";
import { findPlugin, type Plugins } from "./find-plugin.js";
import { hidden, issueProblems, optionProblems } from "./option-problems.js";

/** Makes sources ready by their plugins. Whatever is wrong with one, a module that throws included, is a problem in its file. */
export function sourceLoader(builtIn: Plugins = builtInPlugins): SourceReading["load"] {
  return async (configured, home) => {
    const found = await findPlugin(configured.use, configured.folder, builtIn);
    if (!("plugin" in found)) return { problems: [useProblem(configured, found.problem, found.hint)] };
    try {
      return await withPlugin(found.plugin, configured, home);
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      return { problems: [useProblem(configured, `The plugin does not take its options: ${said}`, null)] };
    }
  };
}

/** The same source behind the door that it has under `publicUrl`, once the server knows where it listens. */
export function relocated(source: LoadedSource, publicUrl: string): LoadedSource {
  const home: SourceHome = { ...source.home, url: doorOf(source.name, publicUrl) };
  return { ...source, home, connector: source.plugin.connector(source.options, home) };
}

async function withPlugin(
  plugin: Plugin,
  configured: ConfiguredSource,
  home: SourceHome,
): Promise<{ source: LoadedSource } | { problems: Problem[] }> {
  const read = await plugin.options["~standard"].validate(configured.options);
  if (read.issues) return { problems: optionProblems(issueProblems(read.issues), configured) };
  const problems = optionProblems(plugin.check?.(read.value, home) ?? [], configured);
  if (problems.length > 0) return { problems };
  const { name, use, status } = configured;
  const connector = plugin.connector(read.value, home);
  const connectorName = connectorOption(read.value) ?? plugin.name;
  return { source: { name, use, connectorName, status, plugin, options: read.value, connector, home } };
}

function connectorOption(options: unknown): string | undefined {
  const name = (options as { connector?: unknown } | null | undefined)?.connector;
  return typeof name === "string" ? name : undefined;
}

function useProblem(configured: ConfiguredSource, message: string, hint: string | null): Problem {
  const { yaml } = configured;
  return problemAt(yaml.file, yaml.at(["use"]), "plugin", hidden(message, configured), hint);
}
