import type { Environment } from "../config/interpolation.js";
import type { Problem } from "../config/problem.js";
import type { Project } from "../config/project.js";
import type { ProjectConfig, ServerConfig } from "../config/server-config.js";
import type { Runtime, RuntimeParts } from "../container.js";

/** The rest of the program as the command line uses it. Tests bring their own. */
export interface Parts {
  readServerConfig(
    file: string,
    env: Environment,
  ): Promise<{ config: ServerConfig } | { problems: Problem[]; forProject?: ProjectConfig }>;
  readProject(config: ProjectConfig, env: Environment): Promise<{ project: Project } | { problems: Problem[] }>;
  createRuntime(parts: RuntimeParts): Promise<Runtime>;
}

/** The real ones, each loaded when it is first called for. */
export const installedParts: Parts = {
  async readServerConfig(file, env) {
    const { readServerConfig } = await import("../config/server-config.js");
    return readServerConfig(file, env);
  },
  async readProject(config, env) {
    const [{ readProject }, { stepTypes }, { sourceLoader }] = await Promise.all([
      import("../config/project.js"),
      import("../steps/step-types.js"),
      import("../loader/source-loader.js"),
    ]);
    return readProject(config, stepTypes, { env, load: sourceLoader() });
  },
  async createRuntime(parts) {
    const { createRuntime } = await import("../container.js");
    return createRuntime(parts);
  },
};
