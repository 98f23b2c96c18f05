import type { ServerConfig } from "../../config/server-config.js";
import type { Parts } from "../parts.js";
import type { Ground } from "./ground.js";

/** Makes a ground of its own beside the store that `config` names, which is not touched. `name` tells it from every other one. */
export async function openGround(config: ServerConfig, name: string, parts: Parts): Promise<Ground> {
  if (config.mode === "cluster") {
    const { clusterGround } = await import("./cluster-ground.js");
    return clusterGround(config, name, parts);
  }
  const { localGround } = await import("./local-ground.js");
  return localGround(config, name, parts);
}
